-- U-UNEMP-01: the household still declares an unemployment benefit that was paid once and is paid no more.
-- A month that was not delivered or may not be looked at proves nothing.
with looked as (
    select subject.household_key, subject.person_key, subject.as_of, subject.as_of_month,
        subject.row_key as roster_row_key, policy.benefit_ended_months
    from subject
    join policy using (household_key)
    join coverage using (person_key)
    where
        coverage.source = 'unemployment_benefit'
        and date_diff('month', coverage.month, subject.as_of_month) between 1 and policy.benefit_ended_months
    group by all
    having
        count(distinct coverage.month) = policy.benefit_ended_months
        and bool_and(coverage.value in ('found', 'none'))
),

last_paid as (
    select
        person_key,
        paid_month,
        max(match_grade) as match_grade,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from unemployment_benefit
    group by person_key, paid_month
    qualify paid_month = max(paid_month) over (partition by person_key)
)

select
    looked.household_key,
    looked.person_key,
    last_paid.paid_month as last_paid_month,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    last_paid.paid_month as period_from,
    looked.as_of as period_to,
    'favourable' as severity,
    last_paid.match_grade,
    concat_ws(' ', looked.roster_row_key, own_declared.row_keys, last_paid.row_keys) as evidence_row_keys
from looked
join own_declared using (household_key, person_key)
join last_paid using (person_key)
where
    own_declared.item_code = 'unemployment_benefit'
    and date_diff('month', last_paid.paid_month, looked.as_of_month) > looked.benefit_ended_months
