-- R-TAX-01: payers filed wages or labour income in several months, or once very much, and the person declared no wage.
-- Only an employer with two voices supports an amount; a lone filing may be a stolen identity and only asks.
with ranked as (
    select
        *,
        row_number() over (
            partition by household_key, person_key order by confirmed_monthly_yuan desc nulls last, income_month
        ) as place
    from taxed_total
    anti join formerly_declared_month as formerly
        on taxed_total.household_key = formerly.household_key
        and taxed_total.person_key = formerly.person_key
        and taxed_total.income_month = formerly.month
),

-- The amount is what confirmed employers reached in as many months as are asked for: one bonus does not lift it.
earned as (
    select
        ranked.household_key,
        ranked.person_key,
        count(*) as month_count,
        min(ranked.income_month) as first_month,
        max(ranked.income_month) as last_month,
        max(ranked.all_monthly_yuan) as largest_monthly_yuan,
        sum(ranked.confirmed_monthly_yuan) filter (where ranked.place = policy.tax_months) as steady_monthly_yuan,
        max(ranked.match_grade) as match_grade,
        array_to_string(list_sort(list(ranked.row_keys)), ' ') as row_keys
    from ranked
    join policy using (household_key)
    group by ranked.household_key, ranked.person_key
),

asked as (
    select
        earned.*,
        subject.row_key as roster_row_key,
        policy.window_months,
        policy.tax_months,
        case
            when subject.in_grace then 'information'
            when earned.steady_monthly_yuan is not null then 'amount'
            else 'question'
        end as severity
    from earned
    join subject using (household_key, person_key)
    join policy using (household_key)
    anti join declared_wage using (household_key, person_key)
    where
        earned.month_count >= policy.tax_months
        or earned.largest_monthly_yuan
        > policy.large_month_multiple * policy.dibao_line_monthly_yuan * subject.covered_person_count
)

select
    household_key,
    person_key,
    month_count,
    window_months,
    tax_months,
    first_month,
    last_month,
    case when severity = 'amount' then 0 end as declared_yuan,
    case when severity = 'amount' then steady_monthly_yuan end as found_yuan,
    case when severity = 'amount' then 'month' end as amount_period,
    first_month as period_from,
    last_day(last_month) as period_to,
    severity,
    match_grade,
    concat_ws(' ', roster_row_key, row_keys) as evidence_row_keys
from asked
