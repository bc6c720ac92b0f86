-- Transfers: pensions and benefits as the office paid them, each in the month it belongs to; else what the person
-- stated. Back-pay of a rise goes to the months it was calculated on. What the measures exempt counts for nothing.
with office_pension as (
    select
        unit.household_key,
        unit.person_key,
        pension_payment.pension_kind_code,
        date_diff('month', pension_payment.belonging_month, unit.as_of_month) as months_back,
        pension_payment.standard_monthly_yuan,
        pension_payment.state_code,
        pension_payment.row_key
    from unit
    join pension_payment using (person_key)
    where
        pension_payment.item_code = 'standard'
        and date_diff('month', pension_payment.belonging_month, unit.as_of_month) between 1 and unit.window_months
    -- one month of one pension may be told twice: the later settlement stands
    qualify row_number() over (
        partition by
            unit.household_key, unit.person_key, pension_payment.pension_kind_code, pension_payment.belonging_month
        order by pension_payment.settlement_month desc, pension_payment.row_key desc
    ) = 1
),

back_paid as (
    select
        unit.household_key,
        unit.person_key,
        pension_payment.pension_kind_code,
        month_shown.months_back,
        pension_adjustment.rise_monthly_yuan,
        concat_ws(' ', pension_payment.row_key, pension_adjustment.row_key) as row_keys
    from unit
    join pension_payment using (person_key)
    join pension_adjustment
        on pension_adjustment.person_key = pension_payment.person_key
        and pension_adjustment.adjusted_month = pension_payment.belonging_month
        and pension_adjustment.rise_monthly_yuan * pension_adjustment.back_paid_months = pension_payment.amount_yuan
    join month_shown
        on month_shown.months_back <= unit.window_months
        and date_diff('month', pension_adjustment.adjusted_month, month_shown.first_month)
        between 0 and pension_adjustment.back_paid_months - 1
    where pension_payment.item_code = 'back_pay'
),

office as (
    select household_key, person_key, pension_kind_code || '_pension' as item_code, months_back,
        standard_monthly_yuan as raw_yuan, '' as spread, row_key as row_keys
    from office_pension
    where state_code = 'in_pay' and standard_monthly_yuan > 0
    union all
    select household_key, person_key, pension_kind_code || '_pension', months_back, rise_monthly_yuan, 'spread', row_keys
    from back_paid
    union all
    select unit.household_key, unit.person_key, 'unemployment_benefit',
        date_diff('month', unemployment_benefit.paid_month, unit.as_of_month),
        unemployment_benefit.amount_monthly_yuan, '', unemployment_benefit.row_key
    from unit
    join unemployment_benefit using (person_key)
    where
        unemployment_benefit.amount_monthly_yuan > 0
        and date_diff('month', unemployment_benefit.paid_month, unit.as_of_month) between 1 and unit.window_months
),

-- What the office paid under the heading the person used.
by_heading as (
    select
        household_key,
        person_key,
        case when item_code in ('employee_pension', 'institution_pension') then 'pension' else item_code end as item_code,
        months_back,
        sum(raw_yuan) as paid_monthly_yuan
    from office
    group by
        household_key, person_key, months_back,
        case when item_code in ('employee_pension', 'institution_pension') then 'pension' else item_code end
),

-- About as much as the pension, stated under another heading, is the pension stated again.
stated as (
    select
        own_statement.*,
        same.paid_monthly_yuan is not null
        or coalesce(
            own_statement.item_code in ('resident_pension', 'support', 'other')
            and own_pension.months_back is null
            and abs(pension.paid_monthly_yuan - own_statement.declared_monthly_yuan)
            <= greatest(
                policy.pension_tolerance_yuan, own_statement.declared_monthly_yuan * policy.pension_tolerance_share
            ),
            false
        ) as better_seen
    from own_statement
    join policy using (household_key)
    left join by_heading as same using (household_key, person_key, item_code, months_back)
    left join (select * from by_heading where item_code = 'pension') as pension
        using (household_key, person_key, months_back)
    left join (select household_key, person_key, months_back from own_statement where item_code = 'pension')
        as own_pension using (household_key, person_key, months_back)
    where own_statement.item_code not in ('wage', 'business')
),

told as (
    select
        office.household_key,
        office.person_key,
        office.item_code,
        office.months_back,
        1 as evidence_level,
        office.raw_yuan,
        case
            when ' ' || policy.exempt_income || ' ' like '% ' || office.item_code || ' %' then 'exemption'
            when office.spread = 'spread' then 'spread'
            else 'counted'
        end as treatment_code,
        office.row_keys
    from office
    join policy using (household_key)
    union all
    select
        stated.household_key,
        stated.person_key,
        'declared_' || stated.item_code,
        stated.months_back,
        1,
        stated.declared_monthly_yuan,
        case
            when stated.person_key is null then 'question_only'
            when stated.better_seen then 'superseded'
            when ' ' || policy.exempt_income || ' ' like '% ' || stated.item_code || ' %' then 'exemption'
            else 'counted'
        end,
        stated.row_keys
    from stated
    join policy using (household_key)
    union all
    select unit.household_key, unit.person_key, 'contingent',
        date_diff('month', withheld_income.income_month, unit.as_of_month), 2, withheld_income.income_yuan,
        'question_only', withheld_income.row_key
    from unit
    join withheld_income using (person_key)
    where
        withheld_income.item_code = 'contingent'
        and withheld_income.income_yuan > 0
        and date_diff('month', withheld_income.income_month, unit.as_of_month) between 1 and unit.window_months
),

-- A one-off sum, and back-pay whose months nobody told, only ask.
once as (
    select
        unit.household_key,
        unit.person_key,
        pension_payment.pension_kind_code || '_' || pension_payment.item_code as item_code,
        pension_payment.belonging_month,
        pension_payment.amount_yuan,
        pension_payment.row_key
    from unit
    join pension_payment using (person_key)
    left join pension_adjustment
        on pension_adjustment.person_key = pension_payment.person_key
        and pension_adjustment.adjusted_month = pension_payment.belonging_month
        and pension_adjustment.rise_monthly_yuan * pension_adjustment.back_paid_months = pension_payment.amount_yuan
    where
        pension_payment.amount_yuan > 0
        and (
            pension_payment.item_code = 'one_off'
            or (pension_payment.item_code = 'back_pay' and pension_adjustment.row_key is null)
        )
        and date_diff('month', pension_payment.settlement_month, unit.as_of_month) between 1 and unit.window_months
)

select
    told.household_key,
    told.person_key,
    'transfer' as kind_code,
    told.item_code,
    min(month_shown.first_month) as period_from,
    max(month_shown.last_month) as period_to,
    'month' as period_code,
    told.evidence_level,
    sum(told.raw_yuan) as raw_yuan,
    told.treatment_code,
    case when told.treatment_code = 'exemption' then 'exempt_income' else '' end as parameter_names,
    sum(
        case
            when told.treatment_code = 'question_only' then null
            when told.treatment_code in ('counted', 'spread') then cast(told.raw_yuan as decimal(18, 6))
            else 0
        end
    ) as counted_yuan,
    array_to_string(list_sort(list(told.row_keys)), ' ') as evidence_row_keys
from told
join month_shown using (months_back)
group by told.household_key, told.person_key, told.item_code, told.evidence_level, told.treatment_code
union all
select
    household_key, person_key, 'transfer', item_code, belonging_month, last_day(belonging_month), 'once', 1, amount_yuan,
    'question_only', '', null, row_key
from once
