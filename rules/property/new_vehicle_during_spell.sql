-- R-VEH-02: a vehicle that counts was first registered to the person since the approval, and was not declared.
-- To buy a new vehicle in one's own name is one's own act, unlike an old one that may have been sold on.
select
    vehicle.household_key,
    vehicle.person_key,
    count(*) as vehicle_count,
    max(vehicle.first_registered_date) as newest_registered_date,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    any_value(vehicle.as_of) as period_from,
    any_value(vehicle.as_of) as period_to,
    case when bool_and(vehicle.probably_scrapped) then 'information' else 'eligibility' end as severity,
    max(vehicle.match_grade) as match_grade,
    concat_ws(' ', any_value(vehicle.roster_row_key), array_to_string(list_sort(list(vehicle.row_key)), ' '))
    as evidence_row_keys
from undeclared_vehicle as vehicle
where vehicle.first_registered_date >= vehicle.approved_date
group by vehicle.household_key, vehicle.person_key
