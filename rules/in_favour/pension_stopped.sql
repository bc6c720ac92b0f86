-- U-PEN-01: the household still declares a pension that the office knows of and has not paid for months.
-- Each month must have been looked at. The dead draw no pension: that is another rule's question.
with looked as (
    select subject.household_key, subject.person_key, subject.as_of, subject.as_of_month,
        subject.row_key as roster_row_key, policy.pension_ended_months
    from subject
    join policy using (household_key)
    join coverage using (person_key)
    anti join recorded_death using (person_key)
    where
        coverage.source = 'pension'
        and date_diff('month', coverage.month, subject.as_of_month) between 1 and policy.pension_ended_months
    group by all
    having
        count(distinct coverage.month) = policy.pension_ended_months
        and bool_and(coverage.value in ('found', 'none'))
),

standard as (
    select person_key, belonging_month, state_code, match_grade, row_key
    from pension_payment
    where pension_kind_code in ('employee', 'institution') and item_code = 'standard'
),

still_paid as (
    select looked.household_key, looked.person_key
    from looked
    join standard using (person_key)
    where
        standard.state_code = 'in_pay'
        and date_diff('month', standard.belonging_month, looked.as_of_month) <= looked.pension_ended_months
),

last_paid as (  -- the months of a suspended record go on; the last month paid stands still
    select person_key, max(belonging_month) as last_paid_month
    from standard
    where state_code = 'in_pay'
    group by person_key
),

last_record as (
    select
        person_key,
        belonging_month,
        max(match_grade) as match_grade,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from standard
    group by person_key, belonging_month
    qualify belonging_month = max(belonging_month) over (partition by person_key)
)

select
    looked.household_key,
    looked.person_key,
    last_record.belonging_month as last_record_month,
    last_paid.last_paid_month,
    looked.pension_ended_months,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    last_record.belonging_month as period_from,
    looked.as_of as period_to,
    'favourable' as severity,
    last_record.match_grade,
    concat_ws(' ', looked.roster_row_key, own_declared.row_keys, last_record.row_keys) as evidence_row_keys
from looked
join own_declared using (household_key, person_key)
join last_record using (person_key)
left join last_paid using (person_key)
anti join still_paid using (household_key, person_key)
where own_declared.item_code = 'pension'
