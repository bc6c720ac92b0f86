-- Yearly figures: as stated or filed, for the year. They ask for the months and are never divided.
with told as (
    select declared_item.household_key, declared_item.person_key, declared_item.item_code,
        'declared_' || declared_item.item_code as told_code, coalesce(declared_item.from_month, declared_item.to_month, as_of_day.as_of_month) as period_from,
        last_day(coalesce(declared_item.to_month, as_of_day.as_of_month)) as period_to, 1 as evidence_level,
        declared_item.amount_annual_yuan as raw_yuan, declared_item.row_key
    from declared_item
    join policy using (household_key)
    cross join as_of_day
    left join unit using (household_key, person_key)
    where
        declared_item.amount_annual_yuan > 0
        and declared_item.amount_monthly_yuan is null
        and (unit.person_key is not null or declared_item.person_key is null)
        and coalesce(declared_item.from_month < as_of_day.as_of_month, true)
        and coalesce(
            date_diff('month', declared_item.to_month, as_of_day.as_of_month) <= policy.income_window_months, true
        )
    union all
    select unit.household_key, unit.person_key, annual_income.item_code, annual_income.item_code,
        make_date(annual_income.income_year, 1, 1), make_date(annual_income.income_year, 12, 31), 2,
        annual_income.income_annual_yuan, annual_income.row_key
    from unit
    join annual_income using (person_key)
    where annual_income.income_annual_yuan > 0 and year(unit.as_of_month) - annual_income.income_year <= 1
)

select
    household_key,
    person_key,
    case
        when item_code in ('wage', 'labour') then 'wages'
        when item_code in ('business', 'author', 'royalty') then 'business'
        when item_code in ('interest', 'lease', 'transfer') then 'property'
        else 'transfer'
    end as kind_code,
    told_code as item_code,
    period_from,
    period_to,
    'year' as period_code,
    evidence_level,
    raw_yuan,
    'question_only' as treatment_code,
    '' as parameter_names,
    null as counted_yuan,
    row_key as evidence_row_keys
from told
