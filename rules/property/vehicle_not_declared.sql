-- R-VEH-01: a vehicle that counts is registered to the person, from before the approval, and was not declared.
-- A car sold without transfer, or lent under one's name, looks the same on record: it is a question, never more.
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
    case when bool_and(vehicle.probably_scrapped) then 'information' else 'question' end as severity,
    max(vehicle.match_grade) as match_grade,
    concat_ws(' ', any_value(vehicle.roster_row_key), array_to_string(list_sort(list(vehicle.row_key)), ' '))
    as evidence_row_keys
from undeclared_vehicle as vehicle
where coalesce(vehicle.first_registered_date < vehicle.approved_date, true)
group by vehicle.household_key, vehicle.person_key
