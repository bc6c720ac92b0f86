-- R-PEN-01: an employee or institution pension is in pay, and the person declared no pension.
-- The standard amount of the newest month counts; back-pay and one-off sums never do.
with own_pension as (
    select household_key, person_key from own_declared where item_code = 'pension'
),

-- About the same amount under another heading: declared, only elsewhere.
elsewhere as (
    select
        own_declared.household_key,
        own_declared.person_key,
        max(own_declared.declared_monthly_yuan) as declared_monthly_yuan
    from own_declared
    join pension_in_pay using (household_key, person_key)
    join policy using (household_key)
    where
        own_declared.item_code in ('resident_pension', 'support', 'other')
        and abs(pension_in_pay.standard_monthly_yuan - own_declared.declared_monthly_yuan) <= greatest(
            policy.pension_tolerance_yuan, policy.pension_tolerance_share * own_declared.declared_monthly_yuan
        )
    group by own_declared.household_key, own_declared.person_key
)

select
    pension_in_pay.household_key,
    pension_in_pay.person_key,
    pension_in_pay.belonging_month,
    coalesce(elsewhere.declared_monthly_yuan, 0) as declared_yuan,
    pension_in_pay.standard_monthly_yuan as found_yuan,
    'month' as amount_period,
    pension_in_pay.belonging_month as period_from,
    last_day(pension_in_pay.belonging_month) as period_to,
    case when elsewhere.declared_monthly_yuan is null then 'eligibility' else 'information' end as severity,
    pension_in_pay.match_grade,
    pension_in_pay.row_keys as evidence_row_keys
from pension_in_pay
anti join own_pension using (household_key, person_key)
left join elsewhere using (household_key, person_key)
