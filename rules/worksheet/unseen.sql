-- Unseen: facts that can change the sum and were not looked at for a counted person: a cell that could not be looked at
-- in the window, or a month of the window (of a register: any day) that nobody's cells tell of. Coverage is a grid:
-- every person has the same cells. Each is a line of its own, without amount.
with cell as (
    select distinct source, month
    from coverage
    where person_key = (select min(person_key) from coverage)
),

needed (source, monthly) as (
    values
    ('tax_withholding', true), ('pension', true), ('unemployment_benefit', true), ('housing_fund', false),
    ('declaration', false)
),

-- How far back each monthly feed reaches without a hole; a register reaches all the way or not at all.
reach as (
    select
        needed.source,
        needed.monthly,
        coalesce(min(month_shown.months_back) filter (where cell.source is null), 13) - 1 as months_told
    from needed
    cross join month_shown
    left join cell
        on cell.source = needed.source and (cell.month = month_shown.first_month or not needed.monthly)
    group by needed.source, needed.monthly
),

hindered as (
    select distinct coverage.person_key, needed.source, unit.household_key
    from coverage
    join needed on needed.source = coverage.source
    join unit using (person_key)
    where
        coverage.value = 'could_not_look'
        and coverage.source in ('tax_withholding', 'pension', 'unemployment_benefit', 'housing_fund', 'declaration')
        and (
            not needed.monthly
            or date_diff('month', coverage.month, unit.as_of_month) between 1 and unit.window_months
        )
),

untold as (
    select unit.person_key, reach.source, unit.household_key
    from unit
    join reach on reach.months_told < unit.window_months
    union
    select person_key, source, household_key
    from hindered
)

select
    unit.household_key,
    unit.person_key,
    case when untold.source in ('tax_withholding', 'housing_fund') then 'wages' else 'transfer' end as kind_code,
    untold.source as item_code,
    oldest.first_month as period_from,
    newest.last_month as period_to,
    'month' as period_code,
    cast(null as integer) as evidence_level,
    null as raw_yuan,
    'unseen' as treatment_code,
    'income_window_months' as parameter_names,
    null as counted_yuan,
    '' as evidence_row_keys
from untold
join unit using (household_key, person_key)
join month_shown as oldest on oldest.months_back = unit.window_months
join month_shown as newest on newest.months_back = 1
