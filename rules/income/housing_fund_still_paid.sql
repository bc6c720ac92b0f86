-- R-FUND-01: a live housing fund account implies a wage above the declared one (none declared: above nothing).
-- The deposit's base is last year's wage: it may ask, it never carries an amount.
with implied as (
    select
        live_fund.household_key,
        live_fund.person_key,
        max(live_fund.implied_wage_monthly_yuan) as implied_wage_monthly_yuan,
        max(live_fund.paid_through_month) as paid_through_month,
        count(confirmed_employer.employer_token) > 0 as confirmed,
        max(live_fund.match_grade) as match_grade,
        array_to_string(list_sort(list(live_fund.row_key)), ' ') as row_keys
    from live_fund
    left join confirmed_employer using (household_key, person_key, employer_token)
    group by live_fund.household_key, live_fund.person_key
),

compared as (
    select
        implied.*,
        declared_wage.row_keys as declared_row_keys,
        case when declared_wage.row_keys is null then 0 else declared_wage.declared_monthly_yuan end
        as known_monthly_yuan
    from implied
    left join declared_wage using (household_key, person_key)
)

select
    compared.household_key,
    compared.person_key,
    compared.paid_through_month,
    compared.confirmed,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    compared.paid_through_month as period_from,
    last_day(compared.paid_through_month) as period_to,
    case
        when subject.in_grace then 'information'
        when compared.confirmed then 'eligibility'
        else 'question'
    end as severity,
    compared.match_grade,
    concat_ws(' ', subject.row_key, compared.row_keys, compared.declared_row_keys) as evidence_row_keys
from compared
join subject using (household_key, person_key)
join policy using (household_key)
where
    compared.implied_wage_monthly_yuan > compared.known_monthly_yuan
    + greatest(policy.wage_tolerance_yuan, policy.wage_tolerance_share * compared.known_monthly_yuan)
