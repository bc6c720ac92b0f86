-- R-FUND-01: a live housing fund account implies a wage above the declared one (none declared: above nothing).
-- The deposit's base is last year's wage: it may ask, it never carries an amount.
with account as (
    select
        live_fund.household_key,
        live_fund.person_key,
        live_fund.paid_through_month,
        live_fund.implied_wage_monthly_yuan,
        confirmed_employer.employer_token is not null as confirmed,
        live_fund.match_grade,
        live_fund.row_key,
        declared_wage.row_keys as declared_row_keys,
        case when declared_wage.row_keys is null then 0 else declared_wage.declared_monthly_yuan end
        as known_monthly_yuan
    from live_fund
    left join confirmed_employer using (household_key, person_key, employer_token)
    left join declared_wage using (household_key, person_key)
    anti join formerly_declared_month as formerly
        on live_fund.household_key = formerly.household_key
        and live_fund.person_key = formerly.person_key
        and live_fund.paid_through_month = formerly.month
),

-- Where an account has its second voice, the months told are that account's.
implied as (
    select
        account.household_key,
        account.person_key,
        bool_or(account.confirmed) as confirmed,
        coalesce(
            max(case when account.confirmed then account.paid_through_month end), max(account.paid_through_month)
        ) as paid_through_month,
        max(account.match_grade) as match_grade,
        array_to_string(list_sort(list(account.row_key)), ' ') as row_keys,
        any_value(account.declared_row_keys) as declared_row_keys
    from account
    join policy using (household_key)
    where
        account.implied_wage_monthly_yuan > account.known_monthly_yuan
        + greatest(policy.wage_tolerance_yuan, policy.wage_tolerance_share * account.known_monthly_yuan)
    group by account.household_key, account.person_key
)

select
    implied.household_key,
    implied.person_key,
    implied.paid_through_month,
    implied.confirmed,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    implied.paid_through_month as period_from,
    last_day(implied.paid_through_month) as period_to,
    case
        when subject.in_grace then 'information'
        when implied.confirmed then 'eligibility'
        else 'question'
    end as severity,
    implied.match_grade,
    concat_ws(' ', subject.row_key, implied.row_keys, implied.declared_row_keys) as evidence_row_keys
from implied
join subject using (household_key, person_key)
