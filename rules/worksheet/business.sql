-- Business: what the person stated month by month. A filing of a quarter or a year, assessed or not, and author's fees
-- of one payer only ask: none of them is the income of a month.
with told as (
    select household_key, person_key, 'declared' as item_code, months_back, 1 as evidence_level,
        declared_monthly_yuan as raw_yuan,
        case when person_key is null then 'question_only' else 'counted' end as treatment_code,
        case when person_key is not null then cast(declared_monthly_yuan as decimal(18, 6)) end as counted_yuan, row_keys
    from own_statement
    where item_code = 'business'
    union all
    select unit.household_key, unit.person_key, withheld_income.item_code,
        date_diff('month', withheld_income.income_month, unit.as_of_month), 2, withheld_income.income_yuan,
        'question_only', null, withheld_income.row_key
    from unit
    join withheld_income using (person_key)
    where
        withheld_income.item_code in ('author', 'royalty', 'business')
        and withheld_income.income_yuan > 0
        and date_diff('month', withheld_income.income_month, unit.as_of_month) between 1 and unit.window_months
)

select
    told.household_key,
    told.person_key,
    'business' as kind_code,
    told.item_code,
    min(month_shown.first_month) as period_from,
    max(month_shown.last_month) as period_to,
    'month' as period_code,
    told.evidence_level,
    sum(told.raw_yuan) as raw_yuan,
    told.treatment_code,
    '' as parameter_names,
    sum(told.counted_yuan) as counted_yuan,
    array_to_string(list_sort(list(told.row_keys)), ' ') as evidence_row_keys
from told
join month_shown using (months_back)
group by told.household_key, told.person_key, told.item_code, told.evidence_level, told.treatment_code
union all
select
    unit.household_key, unit.person_key, 'business', 'self_employed', self_employed.from_month,
    last_day(self_employed.to_month), self_employed.period_code,
    case when self_employed.assessed then 6 else 2 end, self_employed.income_period_yuan, 'question_only',
    'business_fresh_months', null, self_employed.row_key
from unit
join policy using (household_key)
join self_employed using (person_key)
where
    self_employed.state_code = 'open'
    and self_employed.income_period_yuan > 0
    and self_employed.from_month <= self_employed.to_month
    and date_diff('month', self_employed.to_month, unit.as_of_month) <= policy.business_fresh_months
