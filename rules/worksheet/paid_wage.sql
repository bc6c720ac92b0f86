-- Paid wage: what one payer filed for one month, wages and labour together, with the tax withheld.
-- Two voices confirm an employer: a live fund account and tax wages of enough months of the comparison window. The
-- months are counted from the day, whatever the income window is. A month far above the others (a bonus, arrears) is for
-- more than itself: unless the window is the year, it asks for which months it was paid.
with filed as (
    select
        unit.household_key,
        unit.person_key,
        unit.window_months,
        withheld_income.payer_token,
        date_diff('month', withheld_income.income_month, unit.as_of_month) as months_back,
        sum(withheld_income.income_yuan) as paid_monthly_yuan,
        coalesce(sum(withheld_income.tax_yuan), 0) as withheld_monthly_yuan,
        coalesce(sum(withheld_income.income_yuan) filter (where withheld_income.item_code = 'wage'), 0)
        as wage_only_monthly_yuan,
        array_to_string(list_sort(list(withheld_income.row_key)), ' ') as row_keys
    from unit
    join withheld_income using (person_key)
    where
        withheld_income.item_code in ('wage', 'labour')
        and date_diff('month', withheld_income.income_month, unit.as_of_month) between 1 and 12
    group by
        unit.household_key, unit.person_key, unit.window_months, withheld_income.payer_token,
        date_diff('month', withheld_income.income_month, unit.as_of_month)
    having sum(withheld_income.income_yuan) > 0
),

ranked as (
    select
        filed.*,
        filed.window_months < 12
        and filed.paid_monthly_yuan > large.limit_monthly_yuan
        and count(*) filter (where filed.paid_monthly_yuan > large.limit_monthly_yuan) over (
            partition by filed.household_key, filed.person_key, filed.payer_token
        ) < large.tax_months as is_lone_large
    from filed
    join (
        select
            unit.household_key,
            policy.tax_months,
            cast(policy.large_month_multiple * policy.dibao_line_monthly_yuan * count(*) as decimal(18, 6))
            as limit_monthly_yuan
        from unit
        join policy using (household_key)
        group by
            unit.household_key, policy.tax_months, policy.large_month_multiple, policy.dibao_line_monthly_yuan
    ) as large using (household_key)
),

two_voices as (
    select filed.household_key, filed.person_key, filed.payer_token, max(fund_account.row_key) as fund_row_key
    from filed
    join policy using (household_key)
    cross join as_of_day
    join fund_account on fund_account.person_key = filed.person_key and fund_account.employer_token = filed.payer_token
    where
        filed.wage_only_monthly_yuan > 0
        and filed.months_back <= policy.window_months
        and fund_account.account_state_code = 'normal'
        and date_diff('month', fund_account.paid_through_month, as_of_day.as_of_month) <= policy.fund_fresh_months
    group by filed.household_key, filed.person_key, filed.payer_token, policy.tax_months
    having count(distinct filed.months_back) >= policy.tax_months
)

select
    ranked.household_key,
    ranked.person_key,
    ranked.months_back,
    two_voices.payer_token is not null and not ranked.is_lone_large as confirmed,
    case when two_voices.payer_token is not null then 'large_month' else 'one_voice' end as asked_as,
    ranked.paid_monthly_yuan,
    least(ranked.withheld_monthly_yuan, ranked.paid_monthly_yuan) as withheld_monthly_yuan,
    concat_ws(' ', ranked.row_keys, two_voices.fund_row_key) as row_keys
from ranked
left join two_voices using (household_key, person_key, payer_token)
where ranked.months_back <= ranked.window_months
