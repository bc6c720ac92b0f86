-- U-02: a wage the household still declares has left no trace for months, though every month was looked at.
-- A feed that is missing or not allowed proves nothing: each month must have been looked at in all three feeds.
with looked as (
    select subject.household_key, subject.person_key
    from subject
    join policy on policy.household_key = subject.household_key
    join coverage on coverage.person_key = subject.person_key
    where
        coverage.source in ('tax_withholding', 'contribution', 'institution_contribution')
        and date_diff('month', coverage.month, subject.as_of_month) between 1 and policy.ended_months
    group by subject.household_key, subject.person_key, policy.ended_months
    having
        count(distinct case when coverage.source = 'tax_withholding' then coverage.month end) = policy.ended_months
        and count(distinct case when coverage.source = 'contribution' then coverage.month end) = policy.ended_months
        and count(distinct case when coverage.source = 'institution_contribution' then coverage.month end)
        = policy.ended_months
        and bool_and(coverage.value in ('found', 'none'))
),

-- A trace of work: taxed wages or labour income, or a pension contribution an employer paid.
trace as (
    select person_key, income_month as trace_month, match_grade, row_key
    from withheld_income
    where item_code in ('wage', 'labour') and income_yuan > 0
    union all
    select person_key, belonging_month as trace_month, match_grade, row_key
    from contribution
    where insurance_code in ('employee_pension', 'institution_pension') and payer_code = 'employer' and paid
),

last_trace as (
    select person_key, trace_month, match_grade, row_key
    from trace
    qualify trace_month = max(trace_month) over (partition by person_key)
)

select
    looked.household_key,
    looked.person_key,
    max(last_trace.trace_month) as last_trace_month,
    max(policy.ended_months) as ended_months,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    max(last_trace.trace_month) as period_from,
    max(subject.as_of) as period_to,
    'favourable' as severity,
    max(last_trace.match_grade) as match_grade,
    concat_ws(
        ' ', max(subject.row_key), max(own_declared.row_keys), array_to_string(list_sort(list(last_trace.row_key)), ' ')
    ) as evidence_row_keys
from looked
join subject on subject.household_key = looked.household_key and subject.person_key = looked.person_key
join policy on policy.household_key = looked.household_key
join own_declared
    on own_declared.household_key = looked.household_key
    and own_declared.person_key = looked.person_key
    and own_declared.item_code = 'wage'
join last_trace on last_trace.person_key = looked.person_key
where date_diff('month', last_trace.trace_month, subject.as_of_month) > policy.ended_months
group by looked.household_key, looked.person_key
