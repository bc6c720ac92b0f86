-- Pension in pay: the standard amount of employee and institution pensions in the newest month the office paid for.
-- Resident and survivor pensions are not counted; nor are back-pay, one-off sums and deductions, whatever their size.
with standard as (
    select
        subject.household_key,
        subject.person_key,
        subject.row_key as roster_row_key,
        pension_payment.belonging_month,
        pension_payment.standard_monthly_yuan,
        pension_payment.state_code,
        pension_payment.match_grade,
        pension_payment.row_key
    from subject
    join policy using (household_key)
    join pension_payment using (person_key)
    where
        pension_payment.pension_kind_code in ('employee', 'institution')
        and pension_payment.item_code = 'standard'
        and date_diff('month', pension_payment.belonging_month, subject.as_of_month)
        between 0 and policy.pension_fresh_months
    -- one month of one pension may be told twice: the later settlement stands
    qualify row_number() over (
        partition by
            subject.household_key,
            subject.person_key,
            pension_payment.pension_kind_code,
            pension_payment.belonging_month
        order by pension_payment.settlement_month desc, pension_payment.row_key desc
    ) = 1
),

newest as (
    select *
    from standard
    qualify belonging_month = max(belonging_month) over (partition by household_key, person_key)
)

select
    household_key,
    person_key,
    belonging_month,
    sum(standard_monthly_yuan) as standard_monthly_yuan,
    max(match_grade) as match_grade,
    concat_ws(' ', any_value(roster_row_key), array_to_string(list_sort(list(row_key)), ' ')) as row_keys
from newest
where state_code = 'in_pay'
group by household_key, person_key, belonging_month
