-- R-PAY-AMT-01: what was paid last is not what a whole sheet yields. Paid less speaks for the household.
-- A quarterly payroll pays three months at once: the paid sum is compared with as many months, never divided.
with newest as (
    select household_key, payment_month, amount_yuan, row_key
    from payment
    where state_code in ('paid', 'collected')
    qualify row_number() over (partition by household_key order by payment_month desc, row_key desc) = 1
),

listed as (
    select household_key, array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from member
    group by household_key
),

compared as (
    select
        worksheet.household_key,
        newest.payment_month,
        newest.amount_yuan as paid_yuan,
        worksheet.benefit_monthly_yuan * policy.payroll_cadence_months as due_yuan,
        policy.benefit_tolerance_yuan * policy.payroll_cadence_months as tolerated,
        policy.payroll_cadence_months as month_count,
        concat_ws(' ', listed.row_keys, newest.row_key) as row_keys
    from worksheet
    join household using (household_key)
    join policy using (household_key)
    join newest using (household_key)
    join listed using (household_key)
    cross join as_of_day
    where
        worksheet.complete
        and worksheet.gate_reason = 'income'
        and worksheet.gate_code = 'dibao'
        and coalesce(household.grace_until_date < as_of_day.as_of, true)
        and date_diff('month', newest.payment_month, as_of_day.as_of_month) < policy.payroll_cadence_months
),

judged as (
    select
        *,
        case
            when due_yuan - paid_yuan > tolerated then 'favourable'
            when paid_yuan - due_yuan > tolerated then 'amount'
        end as severity
    from compared
)

select
    household_key,
    null as person_key,
    payment_month,
    month_count,
    paid_yuan,
    due_yuan,
    case when month_count = 1 then paid_yuan end as declared_yuan,
    case when month_count = 1 then due_yuan end as found_yuan,
    case when month_count = 1 then 'month' end as amount_period,
    payment_month as period_from,
    last_day(payment_month) as period_to,
    severity,
    'A' as match_grade,  -- roster and payroll name the same case
    row_keys as evidence_row_keys
from judged
where severity is not null
