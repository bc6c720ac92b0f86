-- Undeclared vehicle: a held vehicle, not in commercial use, whose plate the household did not declare.
select held_vehicle.*
from held_vehicle
anti join item_in_force
    on item_in_force.household_key = held_vehicle.household_key
    and item_in_force.item_code = 'vehicle'
    and item_in_force.plate_token = held_vehicle.plate_token
where not held_vehicle.commercial
