-- U-PAY-01: the household is approved and assisted, and the last due cycles all passed without a payment that arrived.
-- Where payment is quarterly only the first month of a quarter is due; a returned payment did not arrive.
with assisted as (  -- with at least one member who is not recorded as dead
    select
        household_key,
        any_value(approved_date) as approved_date,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from subject
    anti join recorded_death using (person_key)
    group by household_key
),

due as (
    select assisted.household_key, recent_month.month
    from assisted
    join policy using (household_key)
    cross join recent_month
    where
        date_diff('month', date_trunc('month', assisted.approved_date), recent_month.month)
        >= policy.first_paid_offset_months
        and (month(recent_month.month) - 1) % policy.payroll_cadence_months = 0
    qualify row_number() over (
        partition by assisted.household_key order by recent_month.month desc
    ) <= policy.unpaid_cycles
),

-- Looked at: the payroll of that month was accepted for every member of the household.
looked as (
    select due.household_key, due.month
    from due
    join member using (household_key)
    join (select person_key, month, value from coverage where source = 'payroll') as payroll using (person_key, month)
    group by due.household_key, due.month
    having bool_and(payroll.value in ('found', 'none'))
),

arrived as (
    select household_key, payment_month as month
    from payment
    where state_code in ('paid', 'collected')
),

missed as (
    select
        looked.household_key,
        count(*) as cycle_count,
        min(looked.month) as first_month,
        max(looked.month) as last_month
    from looked
    anti join arrived using (household_key, month)
    group by looked.household_key
),

last_arrived as (
    select household_key, max(month) as last_paid_month
    from arrived
    group by household_key
),

returned as (
    select household_key, array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from payment
    where state_code = 'returned'
    group by household_key
)

select
    missed.household_key,
    null as person_key,
    missed.cycle_count,
    missed.first_month,
    missed.last_month,
    last_arrived.last_paid_month,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    missed.first_month as period_from,
    last_day(missed.last_month) as period_to,
    'favourable' as severity,
    'A' as match_grade,  -- roster and payroll name the same case
    concat_ws(' ', assisted.row_keys, returned.row_keys) as evidence_row_keys
from missed
join assisted using (household_key)
join policy using (household_key)
left join last_arrived using (household_key)
left join returned using (household_key)
where missed.cycle_count = policy.unpaid_cycles
