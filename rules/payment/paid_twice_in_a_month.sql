-- R-PAY-TWICE-01: two payments of one month arrived at the household. A returned payment did not arrive.
select
    payment.household_key,
    null as person_key,
    payment.payment_month,
    count(*) as payment_count,
    max(payment.paid_date) as last_paid_date,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    payment.payment_month as period_from,
    last_day(payment.payment_month) as period_to,
    'question' as severity,
    'A' as match_grade,  -- roster and payroll name the same case
    array_to_string(list_sort(list(payment.row_key)), ' ') as evidence_row_keys
from payment
join policy using (household_key)
cross join as_of_day
where
    payment.state_code in ('paid', 'collected')
    and date_diff('month', payment.payment_month, as_of_day.as_of_month) <= policy.paid_twice_months
group by payment.household_key, payment.payment_month
having count(*) >= 2
