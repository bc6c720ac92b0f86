-- R-UNEMP-01: an unemployment benefit is in pay, and the person declared none.
with own_benefit as (
    select household_key, person_key from own_declared where item_code = 'unemployment_benefit'
),

newest as (
    select
        subject.household_key,
        subject.person_key,
        subject.as_of_month,
        subject.row_key as roster_row_key,
        unemployment_benefit.paid_month,
        unemployment_benefit.end_month,
        unemployment_benefit.amount_monthly_yuan,
        unemployment_benefit.match_grade,
        unemployment_benefit.row_key
    from subject
    join policy using (household_key)
    join unemployment_benefit using (person_key)
    where
        date_diff('month', unemployment_benefit.paid_month, subject.as_of_month)
        between 0 and policy.unemployment_fresh_months
    qualify row_number() over (
        partition by subject.household_key, subject.person_key
        order by unemployment_benefit.paid_month desc, unemployment_benefit.row_key
    ) = 1
)

select
    newest.household_key,
    newest.person_key,
    newest.paid_month,
    newest.end_month,
    cast(0 as decimal(14, 2)) as declared_yuan,
    newest.amount_monthly_yuan as found_yuan,
    'month' as amount_period,
    newest.paid_month as period_from,
    last_day(newest.paid_month) as period_to,
    'amount' as severity,
    newest.match_grade,
    concat_ws(' ', newest.roster_row_key, newest.row_key) as evidence_row_keys
from newest
anti join own_benefit using (household_key, person_key)
where coalesce(newest.end_month >= newest.as_of_month, true)
