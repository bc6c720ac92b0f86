-- Written from card and cases alone. A declared wage whose last trace lies before months that every feed was searched
-- for. A trace is income taxed above zero, or a pension contribution an employer paid.
with declared as (
    select declared_item.household_key, declared_item.person_key, string_agg(declared_item.row_key, ' ') as row_keys
    from declared_item cross join as_of_day
    where
        declared_item.item_code = 'wage'
        and coalesce(declared_item.from_month, as_of_day.as_of_month) <= as_of_day.as_of_month
        and coalesce(declared_item.to_month, as_of_day.as_of_month) >= as_of_day.as_of_month
    group by declared_item.household_key, declared_item.person_key
),

searched as (
    select subject.household_key, subject.person_key
    from subject
    join policy using (household_key)
    join coverage using (person_key)
    where
        coverage.source in ('tax_withholding', 'contribution', 'institution_contribution')
        and coverage.month < subject.as_of_month
        and coverage.month >= subject.as_of_month - to_months(cast(policy.ended_months as integer))
    group by subject.household_key, subject.person_key
    having
        count(distinct (coverage.source, coverage.month)) = 3 * any_value(policy.ended_months)
        and count(*) filter (where coverage.value not in ('found', 'none')) = 0
),

trace as (
    select person_key, income_month as month, match_grade, row_keys
    from (
        select
            person_key,
            income_month,
            payer_token,
            max(match_grade) as match_grade,
            string_agg(row_key, ' ') as row_keys
        from withheld_income
        where item_code in ('wage', 'labour')
        group by person_key, income_month, payer_token
        having sum(income_yuan) > 0
    )
    union all
    select person_key, belonging_month, match_grade, row_key
    from contribution
    where
        insurance_code in ('employee_pension', 'institution_pension')
        and payer_code = 'employer'
        and paid
),

last_trace as (
    select person_key, month, max(match_grade) as match_grade, string_agg(row_keys, ' ') as row_keys
    from trace
    group by person_key, month
    qualify month = max(month) over (partition by person_key)
)

select
    subject.household_key,
    subject.person_key,
    last_trace.month as last_trace_month,
    policy.ended_months,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    last_trace.month as period_from,
    subject.as_of as period_to,
    'favourable' as severity,
    last_trace.match_grade,
    concat_ws(' ', subject.row_key, declared.row_keys, last_trace.row_keys) as evidence_row_keys
from subject
join policy using (household_key)
semi join searched using (household_key, person_key)
join declared using (household_key, person_key)
join last_trace using (person_key)
where last_trace.month < subject.as_of_month - to_months(cast(policy.ended_months as integer))
