-- R-EMP-01: an employer pays pension contributions, and the person declared no wage.
-- Contributions say that somebody is reported as employed, not what is earned: never an amount.
with insured as (
    select
        insured_month.household_key,
        insured_month.person_key,
        count(distinct insured_month.belonging_month) as month_count,
        min(insured_month.belonging_month) as first_month,
        max(insured_month.belonging_month) as last_month,
        count(confirmed_employer.employer_token) > 0 as confirmed,
        max(insured_month.match_grade) as match_grade,
        array_to_string(list_sort(list(insured_month.row_keys)), ' ') as row_keys
    from insured_month
    left join confirmed_employer using (household_key, person_key, employer_token)
    anti join formerly_declared_month as formerly
        on insured_month.household_key = formerly.household_key
        and insured_month.person_key = formerly.person_key
        and insured_month.belonging_month = formerly.month
    where insured_month.insurance_code = 'employee_pension'
    group by insured_month.household_key, insured_month.person_key
)

select
    insured.household_key,
    insured.person_key,
    insured.month_count,
    policy.window_months,
    insured.first_month,
    insured.last_month,
    insured.confirmed,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    insured.first_month as period_from,
    last_day(insured.last_month) as period_to,
    case
        when subject.in_grace then 'information'
        when insured.confirmed then 'eligibility'
        else 'question'
    end as severity,
    insured.match_grade,
    concat_ws(' ', subject.row_key, insured.row_keys) as evidence_row_keys
from insured
join subject using (household_key, person_key)
join policy using (household_key)
anti join declared_wage using (household_key, person_key)
where insured.month_count >= policy.employment_months
