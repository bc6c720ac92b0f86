-- R-VEH-OP-01: a vehicle of the person's is licensed for business, and the household declared no business.
-- It is asked about as income from business, not as a luxury; former taxis and trainers are private vehicles.
select
    vehicle.household_key,
    vehicle.person_key,
    count(*) as vehicle_count,
    array_to_string(list_sort(list(distinct vehicle.use_code)), ' ') as use_codes,
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
from held_vehicle as vehicle
anti join (select household_key from item_in_force where item_code = 'business') as business using (household_key)
where vehicle.commercial
group by vehicle.household_key, vehicle.person_key
