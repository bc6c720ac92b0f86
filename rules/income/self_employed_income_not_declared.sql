-- R-BIZ-TAX-01: a business of the person's is open and filed income, and the household declared no business.
-- A quarter's or a year's figure never becomes a month's; assessed turnover says nothing about what was earned.
with filed as (
    select
        subject.household_key,
        subject.person_key,
        subject.row_key as roster_row_key,
        self_employed.to_month,
        self_employed.from_month,
        self_employed.income_period_yuan,
        self_employed.period_code = 'quarter' and not self_employed.assessed as earned,
        self_employed.match_grade,
        self_employed.row_key
    from subject
    join policy using (household_key)
    join self_employed using (person_key)
    where
        self_employed.state_code = 'open'
        and date_diff('month', self_employed.to_month, subject.as_of_month) <= policy.business_fresh_months
    qualify self_employed.to_month = max(self_employed.to_month) over (
        partition by subject.household_key, subject.person_key, self_employed.business_token
    )
)

select
    filed.household_key,
    filed.person_key,
    coalesce(max(case when filed.earned then filed.to_month end), max(filed.to_month)) as newest_month,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    min(filed.from_month) as period_from,
    last_day(max(filed.to_month)) as period_to,
    case when bool_or(filed.earned) then 'eligibility' else 'question' end as severity,
    max(filed.match_grade) as match_grade,
    concat_ws(' ', any_value(filed.roster_row_key), array_to_string(list_sort(list(filed.row_key)), ' '))
    as evidence_row_keys
from filed
anti join (select household_key from item_in_force where item_code = 'business') as business using (household_key)
where filed.income_period_yuan > 0
group by filed.household_key, filed.person_key
