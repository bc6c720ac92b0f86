-- A row that may be the person's says of the same or a later month that the pension is suspended or ended.
select
    asked.household_key,
    asked.person_key
from asked
join pension_payment_perhaps using (person_key)
where
    pension_payment_perhaps.pension_kind_code in ('employee', 'institution')
    and pension_payment_perhaps.item_code = 'standard'
    and pension_payment_perhaps.state_code <> 'in_pay'
    and pension_payment_perhaps.belonging_month >= asked.belonging_month
