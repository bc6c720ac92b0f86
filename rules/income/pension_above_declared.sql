-- R-PEN-02: the pension in pay is higher than the one declared by more than the tolerance.
-- The standard amount after the yearly adjustment counts; the back-paid rise of one month does not.
select
    pension_in_pay.household_key,
    pension_in_pay.person_key,
    pension_in_pay.belonging_month,
    own_declared.declared_monthly_yuan as declared_yuan,
    pension_in_pay.standard_monthly_yuan as found_yuan,
    'month' as amount_period,
    pension_in_pay.belonging_month as period_from,
    last_day(pension_in_pay.belonging_month) as period_to,
    'amount' as severity,
    pension_in_pay.match_grade,
    concat_ws(' ', pension_in_pay.row_keys, own_declared.row_keys) as evidence_row_keys
from pension_in_pay
join own_declared using (household_key, person_key)
join policy using (household_key)
where
    own_declared.item_code = 'pension'
    and pension_in_pay.standard_monthly_yuan > own_declared.declared_monthly_yuan + greatest(
        policy.pension_tolerance_yuan, policy.pension_tolerance_share * own_declared.declared_monthly_yuan
    )
