-- Net property income: interest, lease and sale as one payer filed it. One voice only asks.
select
    unit.household_key,
    unit.person_key,
    'property' as kind_code,
    withheld_income.item_code,
    min(month_shown.first_month) as period_from,
    max(month_shown.last_month) as period_to,
    'month' as period_code,
    2 as evidence_level,
    sum(withheld_income.income_yuan) as raw_yuan,
    'question_only' as treatment_code,
    '' as parameter_names,
    null as counted_yuan,
    array_to_string(list_sort(list(withheld_income.row_key)), ' ') as evidence_row_keys
from unit
join withheld_income using (person_key)
join month_shown on month_shown.first_month = withheld_income.income_month
where
    withheld_income.item_code in ('interest', 'lease', 'transfer')
    and withheld_income.income_yuan > 0
    and month_shown.months_back <= unit.window_months
group by unit.household_key, unit.person_key, withheld_income.item_code
