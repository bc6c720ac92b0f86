-- Written from card and cases alone. Every wage of a month on record is laid out by level; the best level there is
-- decides, and the wage_months-th largest month of it is held against what the person declared. Every month at that
-- level is shown, also one below the declared wage.
with declared as (
    select
        household_key,
        person_key,
        case when bool_and(amount_monthly_yuan is not null) then sum(amount_monthly_yuan) end as declared_yuan,
        string_agg(row_key, ' ') as row_keys
    from declared_item cross join as_of_day
    where
        item_code = 'wage'
        and coalesce(from_month, as_of_month) <= as_of_month
        and coalesce(to_month, as_of_month) >= as_of_month
    group by household_key, person_key
),

window_month as (
    select
        subject.household_key,
        subject.person_key,
        cast(subject.as_of_month - to_months(cast(back.n as integer)) as date) as month
    from subject
    join policy using (household_key)
    join (select unnest(range(1, 25)) as n) as back on back.n <= policy.window_months
),

filed as (
    select
        window_month.household_key,
        window_month.person_key,
        window_month.month,
        withheld_income.payer_token as employer_token,
        sum(withheld_income.income_yuan) as yuan,
        coalesce(sum(withheld_income.income_yuan) filter (where withheld_income.item_code = 'wage'), 0) as wage_yuan,
        max(withheld_income.match_grade) as match_grade,
        string_agg(withheld_income.row_key, ' ') as row_keys
    from window_month
    join withheld_income
        on window_month.person_key = withheld_income.person_key and window_month.month = withheld_income.income_month
    where withheld_income.item_code in ('wage', 'labour')
    group by all
    having sum(withheld_income.income_yuan) > 0
),

live_account as (
    select
        subject.household_key,
        fund_account.person_key,
        fund_account.employer_token,
        fund_account.paid_through_month,
        round(fund_account.person_deposit_monthly_yuan / nullif(fund_account.person_rate, 0), 2) as yuan,
        fund_account.match_grade,
        fund_account.row_key
    from subject
    join policy using (household_key)
    join fund_account using (person_key)
    where
        fund_account.account_state_code = 'normal'
        and fund_account.paid_through_month
        >= subject.as_of_month - to_months(cast(policy.fund_fresh_months as integer))
),

confirmed as (
    select filed.household_key, filed.person_key, filed.employer_token
    from filed
    join policy using (household_key)
    semi join live_account using (household_key, person_key, employer_token)
    where filed.wage_yuan > 0
    group by all
    having count(*) >= any_value(policy.tax_months)
),

insured as (
    select
        window_month.household_key,
        window_month.person_key,
        window_month.month,
        max(contribution.wage_monthly_yuan) as yuan,
        max(contribution.match_grade) as match_grade,
        string_agg(contribution.row_key, ' ') as row_keys
    from window_month
    join contribution
        on window_month.person_key = contribution.person_key and window_month.month = contribution.belonging_month
    where
        contribution.insurance_code in ('employee_pension', 'institution_pension')
        and contribution.payer_code = 'employer'
        and contribution.state_code = 'paying'
        and contribution.pay_kind_code in ('normal', 'back_pay')
        and contribution.paid
    group by window_month.household_key, window_month.person_key, window_month.month, contribution.employer_token
    having max(contribution.wage_monthly_yuan) is not null
),

ladder as (
    select
        filed.household_key,
        filed.person_key,
        2 as level,
        filed.month,
        sum(filed.yuan) as yuan,
        bool_and(confirmed.employer_token is not null) as confirmed,
        max(filed.match_grade) as match_grade,
        string_agg(filed.row_keys, ' ') as row_keys
    from filed
    left join confirmed using (household_key, person_key, employer_token)
    group by filed.household_key, filed.person_key, filed.month
    union all
    select household_key, person_key, 3, month, sum(yuan), false, max(match_grade), string_agg(row_keys, ' ')
    from insured
    group by household_key, person_key, month
    union all
    select
        window_month.household_key,
        window_month.person_key,
        4,
        window_month.month,
        max(live_account.yuan),
        false,
        max(live_account.match_grade),
        string_agg(live_account.row_key, ' ')
    from window_month
    join live_account using (household_key, person_key)
    where window_month.month <= live_account.paid_through_month and live_account.yuan is not null
    group by window_month.household_key, window_month.person_key, window_month.month
),

best as (
    select
        *,
        row_number() over (partition by household_key, person_key, level order by yuan desc, month desc) as place
    from ladder
    where not exists (
        select 1
        from declared_item cross join as_of_day
        where
            declared_item.household_key = ladder.household_key
            and declared_item.person_key = ladder.person_key
            and item_code = 'wage'
            and to_month < as_of_month
            and ladder.month between coalesce(from_month, ladder.month) and to_month
    )
    qualify level = min(level) over (partition by household_key, person_key)
),

judged as (
    select
        best.household_key,
        best.person_key,
        any_value(best.level) as level,
        any_value(best.yuan) filter (where best.place = policy.wage_months) as nth_yuan,
        min(best.month) as first_month,
        max(best.month) as last_month,
        bool_and(best.confirmed) as confirmed,
        max(best.match_grade) as match_grade,
        string_agg(best.row_keys, ' ') as row_keys,
        any_value(declared.declared_yuan) as declared_yuan,
        any_value(declared.row_keys) as declared_row_keys,
        any_value(limited.yuan) as limit_yuan
    from best
    join policy using (household_key)
    join declared using (household_key, person_key)
    cross join lateral (
        select
            declared.declared_yuan
            + greatest(policy.wage_tolerance_yuan, policy.wage_tolerance_share * declared.declared_yuan) as yuan
    ) as limited
    group by best.household_key, best.person_key
),

asked as (
    select
        judged.*,
        subject.row_key as roster_row_key,
        case
            when subject.in_grace then 'information'
            when judged.level = 2 and judged.confirmed then 'amount'
            else 'question'
        end as severity
    from judged
    join subject using (household_key, person_key)
    where judged.nth_yuan > judged.limit_yuan
)

select
    asked.household_key,
    asked.person_key,
    asked.level,
    policy.wage_months,
    policy.window_months,
    case when asked.severity = 'amount' then asked.declared_yuan end as declared_yuan,
    case when asked.severity = 'amount' then cast(asked.nth_yuan as decimal(14, 2)) end as found_yuan,
    case when asked.severity = 'amount' then 'month' end as amount_period,
    asked.first_month as period_from,
    last_day(asked.last_month) as period_to,
    asked.severity,
    asked.match_grade,
    concat_ws(' ', asked.roster_row_key, asked.declared_row_keys, asked.row_keys) as evidence_row_keys
from asked
join policy using (household_key)
