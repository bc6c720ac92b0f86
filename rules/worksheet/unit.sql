-- The unit: who is counted on the day, and over which months income is reckoned. The window ends with the month before.
select
    unit_member.household_key,
    unit_member.person_key,
    unit_member.covered,
    household.approved_date,
    as_of_day.as_of_month,
    cast(policy.income_window_months as bigint) as window_months
from unit_member
join household using (household_key)
join policy using (household_key)
cross join as_of_day
where unit_member.counted
