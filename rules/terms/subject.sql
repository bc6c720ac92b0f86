-- Subject: a member covered on the roster as of the day, in a household that has not stopped.
select
    member.household_key,
    member.person_key,
    member.person_class_code,
    member.roster_id_state,
    member.row_key,
    household.region_code,
    household.approved_date,
    household.covered_person_count,
    coalesce(household.grace_until_date >= as_of_day.as_of, false) as in_grace,  -- gradual exit: income is known
    as_of_day.as_of,
    as_of_day.as_of_month
from member
join household using (household_key)
cross join as_of_day
where
    member.covered
    and (household.stop_date is null or household.stop_date > as_of_day.as_of)
