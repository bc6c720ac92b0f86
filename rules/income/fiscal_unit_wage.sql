-- R-FISCAL-01: a public institution pays institution pension contributions for the person, who declared no wage.
-- Only posts on the establishment are insured there; village stipends and public-welfare posts are not.
with posted as (
    select
        insured_month.household_key,
        insured_month.person_key,
        count(distinct insured_month.belonging_month) as month_count,
        min(insured_month.belonging_month) as first_month,
        max(insured_month.belonging_month) as last_month,
        max(insured_month.match_grade) as match_grade,
        array_to_string(list_sort(list(insured_month.row_keys)), ' ') as row_keys
    from insured_month
    anti join formerly_declared_month as formerly
        on insured_month.household_key = formerly.household_key
        and insured_month.person_key = formerly.person_key
        and insured_month.belonging_month = formerly.month
    where insured_month.insurance_code = 'institution_pension'
    group by insured_month.household_key, insured_month.person_key
)

select
    posted.household_key,
    posted.person_key,
    posted.month_count,
    policy.window_months,
    posted.first_month,
    posted.last_month,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    posted.first_month as period_from,
    last_day(posted.last_month) as period_to,
    case when subject.in_grace then 'information' else 'eligibility' end as severity,
    posted.match_grade,
    concat_ws(' ', subject.row_key, posted.row_keys) as evidence_row_keys
from posted
join subject using (household_key, person_key)
join policy using (household_key)
anti join declared_wage using (household_key, person_key)
where posted.month_count >= policy.employment_months
