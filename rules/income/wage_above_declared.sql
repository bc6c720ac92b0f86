-- R-EMP-02: by the best evidence there is, the wage was above the declared one in enough months of the window.
-- Level 2 is the tax filing of the month, 3 the contribution wage, 4 the fund deposit over its rate. Level 5, the
-- contribution base, is never used: at its floor it overstates poor people's wages.
with insured as (  -- one employer's month counts once, whichever insurance reports it
    select household_key, person_key, employer_token, belonging_month, max(wage_monthly_yuan) as wage_monthly_yuan,
        max(match_grade) as match_grade, array_to_string(list_sort(list(row_keys)), ' ') as row_keys
    from insured_month
    where wage_monthly_yuan is not null
    group by household_key, person_key, employer_token, belonging_month
),

told as (
    select household_key, person_key, 2 as level, income_month as told_month, all_monthly_yuan as taxed_monthly_yuan,
        null as implied_monthly_yuan, wholly_confirmed as confirmed, match_grade, row_keys
    from taxed_total
    union all
    select household_key, person_key, 3 as level, belonging_month as told_month, null as taxed_monthly_yuan,
        sum(wage_monthly_yuan) as implied_monthly_yuan, false as confirmed,
        max(match_grade) as match_grade, array_to_string(list_sort(list(row_keys)), ' ') as row_keys
    from insured
    group by household_key, person_key, belonging_month
    union all
    select live_fund.household_key, live_fund.person_key, 4 as level,
        recent_month.month as told_month, null as taxed_monthly_yuan,
        max(live_fund.implied_wage_monthly_yuan) as implied_monthly_yuan, false as confirmed,
        max(live_fund.match_grade) as match_grade, array_to_string(list_sort(list(live_fund.row_key)), ' ') as row_keys
    from live_fund
    join policy using (household_key)
    join recent_month
        on recent_month.months_back between 1 and policy.window_months
        and recent_month.month <= live_fund.paid_through_month
    where live_fund.implied_wage_monthly_yuan is not null
    group by live_fund.household_key, live_fund.person_key, recent_month.month
),

-- Only the best level speaks; its months are placed from the largest down.
placed as (
    select
        told.*,
        row_number() over (
            partition by told.household_key, told.person_key, told.level
            order by coalesce(told.taxed_monthly_yuan, told.implied_monthly_yuan) desc, told.row_keys
        ) as place
    from told
    anti join formerly_declared_month as formerly
        on told.household_key = formerly.household_key
        and told.person_key = formerly.person_key
        and told.told_month = formerly.month
    qualify told.level = min(told.level) over (partition by told.household_key, told.person_key)
),

reached as (
    select placed.household_key, placed.person_key, placed.level, bool_and(placed.confirmed) as confirmed,
        sum(placed.taxed_monthly_yuan) filter (where placed.place = policy.wage_months) as taxed_monthly_yuan,
        sum(placed.implied_monthly_yuan) filter (where placed.place = policy.wage_months) as implied_monthly_yuan,
        min(placed.told_month) as first_month, max(placed.told_month) as last_month,
        max(placed.match_grade) as match_grade,
        array_to_string(list_sort(list(placed.row_keys)), ' ') as row_keys
    from placed
    join policy using (household_key)
    group by placed.household_key, placed.person_key, placed.level
),

asked as (
    select
        reached.*,
        policy.wage_months,
        policy.window_months,
        declared_wage.declared_monthly_yuan,
        concat_ws(' ', subject.row_key, declared_wage.row_keys, reached.row_keys) as evidence_row_keys,
        case
            when subject.in_grace then 'information'
            when reached.confirmed then 'amount'
            else 'question'
        end as severity
    from reached
    join subject using (household_key, person_key)
    join policy using (household_key)
    join declared_wage using (household_key, person_key)
    where
        coalesce(reached.taxed_monthly_yuan, reached.implied_monthly_yuan) > declared_wage.declared_monthly_yuan
        + greatest(policy.wage_tolerance_yuan, policy.wage_tolerance_share * declared_wage.declared_monthly_yuan)
)

select
    household_key,
    person_key,
    level,
    wage_months,
    window_months,
    case when severity = 'amount' then declared_monthly_yuan end as declared_yuan,
    case when severity = 'amount' then taxed_monthly_yuan end as found_yuan,
    case when severity = 'amount' then 'month' end as amount_period,
    first_month as period_from,
    last_day(last_month) as period_to,
    severity,
    match_grade,
    evidence_row_keys
from asked
