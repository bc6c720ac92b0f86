-- The sheet: lines added up, rounded once. Nothing is divided before it is compared: what the household lives on over
-- the window stands against line × persons × months. The benefit is the gap of the month, rounded up to the step.
with persons as (
    select
        household_key,
        count(*) filter (where counted) as counted_persons,
        count(*) filter (where counted and covered) as covered_persons
    from unit_member
    group by household_key
),

by_person as (
    select
        household_key,
        person_key,
        kind_code,
        count(*) filter (
            where treatment_code in ('counted', 'spread', 'exemption') and item_code <> 'severance'
        ) > 0 as answered,
        coalesce(sum(raw_yuan) filter (where treatment_code = 'counted'), 0) as told_yuan,
        count(*) filter (where treatment_code = 'question_only') as questions,
        coalesce(sum(raw_yuan) filter (where item_code in ('one_voice', 'large_month')), 0) as one_voice_yuan
    from line
    where kind_code <> 'holding'
    group by household_key, person_key, kind_code
),

-- A question is open where the person told nothing of the kind, or less than one voice says.
open_question as (
    select distinct household_key
    from by_person
    where questions > 0 and (not answered or person_key is null or one_voice_yuan > told_yuan)
),

summed as (
    select
        household_key,
        coalesce(sum(counted_yuan) filter (where kind_code <> 'holding'), 0) as income_total_yuan,
        coalesce(bool_or(treatment_code = 'unseen'), false) as unseen,
        coalesce(bool_or(kind_code = 'holding' and treatment_code = 'question_only'), false) as property_question
    from line
    group by household_key
),

gathered as (
    select
        household.household_key,
        household.programme_code,
        persons.counted_persons,
        persons.covered_persons,
        cast(policy.income_window_months as bigint) as window_months,
        cast(coalesce(summed.income_total_yuan, 0) as decimal(18, 6)) as income_total_yuan,
        coalesce(summed.unseen, false) as unseen,
        coalesce(summed.property_question, false) as property_question,
        open_question.household_key is not null as open_question,
        policy.dibao_line_monthly_yuan,
        policy.marginal_line_multiple,
        policy.marginal_cap_monthly_yuan,
        policy.hardship_income_limit_monthly_yuan,
        policy.benefit_step_yuan,
        persons.counted_persons * cast(policy.income_window_months as bigint) as person_months
    from household
    join persons using (household_key)
    join policy using (household_key)
    left join summed using (household_key)
    left join open_question using (household_key)
),

gated as (
    select
        *,
        case
            when income_total_yuan < dibao_line_monthly_yuan * person_months then 'dibao'
            when
                income_total_yuan
                <= cast(marginal_line_multiple * dibao_line_monthly_yuan as decimal(18, 6)) * person_months
                and (
                    marginal_cap_monthly_yuan = 0 or income_total_yuan <= marginal_cap_monthly_yuan * person_months
                )
                then 'marginal'
            when income_total_yuan < hardship_income_limit_monthly_yuan * person_months then 'hardship'
            else 'none'
        end as seen_gate_code,
        not unseen and not open_question and counted_persons > 0 as complete,
        cast(income_total_yuan * 1000000 as bigint) as total_millionths,
        cast((dibao_line_monthly_yuan * person_months - income_total_yuan) * 1000000 as bigint) as gap_millionths,
        person_months * cast(benefit_step_yuan * 1000000 as bigint) as step_millionths
    from gathered
),

rounded as (
    select
        *,
        case
            when counted_persons > 0
                then cast(
                    ((2 * total_millionths + 10000 * person_months) // (20000 * person_months)) * 0.01 as decimal(14, 2)
                )
        end as per_capita_yuan,
        case
            when not complete then null
            when seen_gate_code <> 'dibao' then 0
            else
                ((gap_millionths * covered_persons + step_millionths - 1) // step_millionths) * benefit_step_yuan
        end as benefit_yuan
    from gated
)

select
    rounded.household_key,
    rounded.programme_code,
    month_shown.first_month as window_from,
    newest.last_month as window_to,
    cast(rounded.window_months as integer) as window_months,
    cast(rounded.counted_persons as integer) as counted_persons,
    cast(rounded.covered_persons as integer) as covered_persons,
    rounded.income_total_yuan,
    rounded.complete,
    rounded.per_capita_yuan,
    cast(rounded.dibao_line_monthly_yuan as decimal(14, 2)) as line_yuan,
    cast(rounded.dibao_line_monthly_yuan - rounded.per_capita_yuan as decimal(14, 2)) as difference_yuan,
    cast(rounded.benefit_yuan as decimal(14, 2)) as benefit_monthly_yuan,
    case
        when rounded.counted_persons = 0 then 'unknown'
        when rounded.complete or rounded.seen_gate_code = 'none' then rounded.seen_gate_code
        else 'unknown'
    end as gate_code,
    case
        when rounded.counted_persons = 0 then 'nobody_counted'
        when not rounded.complete and rounded.seen_gate_code = 'none' then 'at_least'
        when rounded.unseen then 'unseen'
        when rounded.open_question then 'open_question'
        when rounded.property_question then 'property_question'
        when rounded.seen_gate_code = 'hardship' then 'spending_to_be_shown'
        else 'income'
    end as gate_reason,
    concat_ws(
        ' ', 'dibao_line_monthly_yuan income_window_months benefit_step_yuan',
        case when rounded.seen_gate_code <> 'dibao' then 'marginal_line_multiple marginal_cap_monthly_yuan' end,
        case
            when rounded.seen_gate_code in ('hardship', 'none')
                then 'hardship_income_limit_monthly_yuan hardship_spending_share'
        end
    ) as parameter_names
from rounded
join month_shown on month_shown.months_back = rounded.window_months
join month_shown as newest on newest.months_back = 1
