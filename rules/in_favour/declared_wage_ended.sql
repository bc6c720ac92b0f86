-- U-02: a wage the household still declares has left no trace for months, though every month was looked at.
-- A feed that is missing or not allowed proves nothing: each month must have been looked at in all three feeds.
with looked as (
    select
        subject.household_key,
        subject.person_key,
        subject.as_of,
        subject.as_of_month,
        subject.row_key as roster_row_key,
        policy.ended_months
    from subject
    join policy using (household_key)
    join coverage using (person_key)
    where
        coverage.source in ('tax_withholding', 'contribution', 'institution_contribution')
        and date_diff('month', coverage.month, subject.as_of_month) between 1 and policy.ended_months
    group by all
    having
        count(distinct case when coverage.source = 'tax_withholding' then coverage.month end) = policy.ended_months
        and count(distinct case when coverage.source = 'contribution' then coverage.month end) = policy.ended_months
        and count(distinct case when coverage.source = 'institution_contribution' then coverage.month end)
        = policy.ended_months
        and bool_and(coverage.value in ('found', 'none'))
),

-- A trace of work: taxed wages or labour income, or a pension contribution an employer paid. Corrections of one payer's
-- month are summed: a filing that was taken back is no trace.
trace as (
    select person_key, income_month as trace_month, match_grade, row_key
    from withheld_income
    where item_code in ('wage', 'labour')
    qualify sum(income_yuan) over (partition by person_key, payer_token, income_month) > 0
    union all
    select person_key, belonging_month as trace_month, match_grade, row_key
    from contribution
    where insurance_code in ('employee_pension', 'institution_pension') and payer_code = 'employer' and paid
),

last_trace as (
    select person_key, trace_month, max(match_grade) as match_grade,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from trace
    group by person_key, trace_month
    qualify trace_month = max(trace_month) over (partition by person_key)
)

select
    looked.household_key,
    looked.person_key,
    last_trace.trace_month as last_trace_month,
    looked.ended_months,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    last_trace.trace_month as period_from,
    looked.as_of as period_to,
    'favourable' as severity,
    last_trace.match_grade,
    concat_ws(' ', looked.roster_row_key, declared_wage.row_keys, last_trace.row_keys) as evidence_row_keys
from looked
join declared_wage using (household_key, person_key)
join last_trace using (person_key)
where date_diff('month', last_trace.trace_month, looked.as_of_month) > looked.ended_months
