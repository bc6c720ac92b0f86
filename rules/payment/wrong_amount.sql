-- R-PAY-AMT-01: what was paid last is not what a whole sheet yields. Paid less speaks for the household.
-- A quarterly payroll pays three months at once: the paid sum is compared with as many months, never divided.
-- What the income rules tolerate between a statement and what was found in its place is tolerated of the amount too.
-- Whether somebody counts at all is a question of its own, and so are two payments of one month.
with newest as (
    select household_key, payment_month, amount_yuan, row_key
    from payment
    where state_code in ('paid', 'collected')
    qualify
        payment_month = max(payment_month) over (partition by household_key)
        and count(*) over (partition by household_key, payment_month) = 1
),

listed as (
    select household_key, array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from member
    group by household_key
),

replaced as (
    select
        worksheet_line.household_key,
        sum(
            case
                when worksheet_line.kind_code = 'wages'
                    then greatest(
                        policy.wage_tolerance_yuan * worksheet.window_months,
                        policy.wage_tolerance_share * worksheet_line.raw_yuan
                    )
                else greatest(
                    policy.pension_tolerance_yuan * worksheet.window_months,
                    policy.pension_tolerance_share * worksheet_line.raw_yuan
                )
            end
        ) as tolerated_yuan
    from worksheet_line
    join worksheet using (household_key)
    join policy using (household_key)
    where
        worksheet_line.treatment_code = 'superseded'
        and worksheet_line.item_code in ('declared', 'declared_pension', 'declared_support', 'declared_other')
    group by worksheet_line.household_key
),

left_out as (
    select distinct household_key
    from unit_member
    where covered and not counted
),

compared as (
    select
        worksheet.household_key,
        newest.payment_month,
        newest.amount_yuan as paid_yuan,
        worksheet.benefit_monthly_yuan * policy.payroll_cadence_months as due_yuan,
        worksheet.counted_persons * worksheet.window_months as person_months,
        policy.benefit_tolerance_yuan
        * policy.payroll_cadence_months
        * worksheet.counted_persons
        * worksheet.window_months
        + coalesce(replaced.tolerated_yuan, 0) * policy.payroll_cadence_months * worksheet.covered_persons
        as tolerated_of_person_months,
        policy.payroll_cadence_months as month_count,
        concat_ws(' ', listed.row_keys, newest.row_key) as row_keys
    from worksheet
    join household using (household_key)
    join policy using (household_key)
    join newest using (household_key)
    join listed using (household_key)
    left join replaced using (household_key)
    anti join left_out using (household_key)
    cross join as_of_day
    where
        (household.stop_date is null or household.stop_date > as_of_day.as_of)
        and worksheet.complete
        and worksheet.gate_reason = 'income'
        and worksheet.gate_code = 'dibao'
        and coalesce(household.grace_until_date < as_of_day.as_of, true)
        and date_diff('month', newest.payment_month, as_of_day.as_of_month) < policy.payroll_cadence_months
),

judged as (
    select
        *,
        case
            when (due_yuan - paid_yuan) * person_months > tolerated_of_person_months then 'favourable'
            when (paid_yuan - due_yuan) * person_months > tolerated_of_person_months then 'amount'
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
