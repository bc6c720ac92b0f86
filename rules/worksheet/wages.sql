-- Wages: what confirmed employers filed month by month; else what the person stated. From them go the tax withheld,
-- the cost of working, and for a time the wages of new work. One voice, contributions and the fund only ask.
with confirmed as (
    select
        household_key,
        person_key,
        months_back,
        sum(paid_monthly_yuan) as paid_monthly_yuan,
        sum(withheld_monthly_yuan) as withheld_monthly_yuan,
        array_to_string(list_sort(list(row_keys)), ' ') as row_keys
    from paid_wage
    where confirmed
    group by household_key, person_key, months_back
),

stated as (
    select own_statement.*, confirmed.months_back is not null as better_seen
    from own_statement
    left join confirmed using (household_key, person_key, months_back)
    where own_statement.item_code = 'wage'
),

-- New work: every wage the person ever declared began after the benefit was approved.
begun as (
    select unit.household_key, unit.person_key, min(declared_item.from_month) as begun_month
    from unit
    join declared_item using (household_key, person_key)
    where declared_item.item_code = 'wage'
    group by unit.household_key, unit.person_key, unit.approved_date
    having
        count(*) = count(declared_item.from_month)
        and min(declared_item.from_month) > date_trunc('month', unit.approved_date)
),

earned as (
    select household_key, person_key, months_back,
        cast(paid_monthly_yuan - withheld_monthly_yuan as decimal(18, 6)) as net_monthly_yuan, row_keys
    from confirmed
    union all
    select household_key, person_key, months_back, cast(declared_monthly_yuan as decimal(18, 6)) as net_monthly_yuan,
        row_keys
    from stated
    where not better_seen and person_key is not null
),

costed as (
    select
        earned.*,
        least(
            earned.net_monthly_yuan,
            cast(earned.net_monthly_yuan * policy.employment_cost_share as decimal(18, 6))
            + cast(policy.dibao_line_monthly_yuan * policy.employment_cost_line_share as decimal(18, 6))
        ) as cost_monthly_yuan,
        date_diff('month', begun.begun_month, as_of_day.as_of_month) - earned.months_back
        between 0 and policy.disregard_months - 1 as is_new_work,
        case
            when policy.disregard_line_multiple > 0
                then cast(policy.disregard_line_multiple * policy.dibao_line_monthly_yuan as decimal(18, 6))
            else earned.net_monthly_yuan
        end as cap_monthly_yuan
    from earned
    join policy using (household_key)
    cross join as_of_day
    left join begun using (household_key, person_key)
),

-- A lump sum at the end of a job: in whole fen over the months on which it was calculated, the parts adding up to it;
-- where these are not told, a line for each counted person and month until it is used up. When it began must be known.
lump as (
    select
        declared_item.household_key,
        declared_item.person_key,
        declared_item.from_month,
        declared_item.to_month,
        declared_item.amount_once_yuan,
        declared_item.row_key,
        as_of_day.as_of_month,
        case
            when
                declared_item.to_month >= declared_item.from_month
                and policy.lump_sum_spreading like '%calculated_months%'
                then 'calculated_months'
            when
                declared_item.to_month is null
                and declared_item.from_month is not null
                and policy.lump_sum_spreading like '%line_months%'
                then 'line_months'
        end as way,
        cast(declared_item.amount_once_yuan * 100 as bigint) as fen,
        date_diff('month', declared_item.from_month, declared_item.to_month) + 1 as calculated_months,
        cast(policy.dibao_line_monthly_yuan * counted.persons * 100 as bigint) as line_fen,
        date_diff('month', declared_item.from_month, as_of_day.as_of_month) as begun_back,
        cast(policy.income_window_months as bigint) as window_months
    from declared_item
    join unit using (household_key, person_key)
    join (select household_key, count(*) as persons from unit group by household_key) as counted using (household_key)
    join policy using (household_key)
    cross join as_of_day
    where
        declared_item.item_code = 'severance'
        and declared_item.amount_once_yuan > 0
        and coalesce(declared_item.from_month < as_of_day.as_of_month, true)
),

-- How many of its months lay before the window, and how many before the day: each month's part is a difference.
used_up as (
    select *, greatest(begun_back - window_months, 0) as months_before, begun_back as months_until
    from lump
),

spread as (
    select
        *,
        case
            when way = 'calculated_months' then
                fen * least(months_until, calculated_months) // calculated_months
                - fen * least(months_before, calculated_months) // calculated_months
            when way = 'line_months' then least(fen, line_fen * months_until) - least(fen, line_fen * months_before)
        end as counted_fen
    from used_up
),

told as (
    select household_key, person_key, 'employer' as item_code, months_back, 'month' as period_code,
        2 as evidence_level, paid_monthly_yuan as raw_yuan, 'counted' as treatment_code,
        'window_months tax_months fund_fresh_months' as parameter_names,
        cast(paid_monthly_yuan as decimal(18, 6)) as counted_yuan, row_keys
    from confirmed
    union all
    select household_key, person_key, 'income_tax', months_back, 'month', 2, withheld_monthly_yuan, 'deduction', '',
        -cast(withheld_monthly_yuan as decimal(18, 6)), row_keys
    from confirmed
    where withheld_monthly_yuan > 0
    union all
    select household_key, person_key, 'declared', months_back, 'month', 1, declared_monthly_yuan,
        case
            when person_key is null then 'question_only'
            when better_seen then 'superseded'
            else 'counted'
        end, '',
        case
            when person_key is null then null
            when better_seen then 0
            else cast(declared_monthly_yuan as decimal(18, 6))
        end, row_keys
    from stated
    union all
    select household_key, person_key, 'employment_cost', months_back, 'month', 1, net_monthly_yuan, 'deduction',
        'employment_cost_share employment_cost_line_share dibao_line_monthly_yuan',
        -cast(cost_monthly_yuan as decimal(18, 6)), row_keys
    from costed
    where cost_monthly_yuan > 0
    union all
    select household_key, person_key, 'new_work', months_back, 'month', 1, net_monthly_yuan, 'disregard',
        'disregard_months disregard_line_multiple dibao_line_monthly_yuan',
        -cast(least(net_monthly_yuan - cost_monthly_yuan, cap_monthly_yuan) as decimal(18, 6)), row_keys
    from costed
    where is_new_work and net_monthly_yuan > cost_monthly_yuan
    union all
    select household_key, person_key, asked_as, months_back, 'month', 2, paid_monthly_yuan, 'question_only',
        'window_months tax_months fund_fresh_months large_month_multiple', null, row_keys
    from paid_wage
    where not confirmed
    union all
    select unit.household_key, unit.person_key, 'contribution',
        date_diff('month', contribution.belonging_month, unit.as_of_month), 'month',
        case when contribution.wage_monthly_yuan is null then 5 else 3 end,
        coalesce(contribution.wage_monthly_yuan, contribution.base_monthly_yuan), 'question_only', '', null,
        contribution.row_key
    from unit
    join contribution using (person_key)
    where
        contribution.insurance_code in ('employee_pension', 'institution_pension')
        and contribution.payer_code = 'employer'
        and contribution.state_code = 'paying'
        and contribution.pay_kind_code in ('normal', 'back_pay')
        and contribution.paid
        and date_diff('month', contribution.belonging_month, unit.as_of_month) between 1 and unit.window_months
    union all
    select unit.household_key, unit.person_key, 'housing_fund', 1, 'month', 4,
        cast(fund_account.person_deposit_monthly_yuan / nullif(fund_account.person_rate, 0) as decimal(14, 2)),
        'question_only', 'fund_fresh_months', null, fund_account.row_key
    from unit
    join policy using (household_key)
    join fund_account using (person_key)
    where
        fund_account.account_state_code = 'normal'
        and date_diff('month', fund_account.paid_through_month, unit.as_of_month) <= policy.fund_fresh_months
)

select
    told.household_key,
    told.person_key,
    'wages' as kind_code,
    told.item_code,
    min(shown.first_month) as period_from,
    max(shown.last_month) as period_to,
    told.period_code,
    told.evidence_level,
    sum(told.raw_yuan) as raw_yuan,
    told.treatment_code,
    told.parameter_names,
    sum(told.counted_yuan) as counted_yuan,
    array_to_string(list_sort(list(told.row_keys)), ' ') as evidence_row_keys
from told
join month_shown as shown using (months_back)
group by
    told.household_key, told.person_key, told.item_code, told.period_code, told.evidence_level, told.treatment_code,
    told.parameter_names
union all
select
    household_key, person_key, 'wages', 'severance', coalesce(from_month, to_month, as_of_month),
    last_day(coalesce(to_month, from_month, as_of_month)), 'once', 1,
    amount_once_yuan, case when way is null then 'question_only' else 'spread' end,
    concat_ws(' ', 'lump_sum_spreading', case when way = 'line_months' then 'dibao_line_monthly_yuan' end),
    cast(counted_fen * 0.01 as decimal(18, 6)), row_key
from spread
where way is null or counted_fen > 0
