-- Undeclared vehicle: a held vehicle, not in commercial use, whose plate the household did not declare.
select held_vehicle.*
from held_vehicle
anti join (select household_key, plate_token from item_in_force where item_code = 'vehicle') as declared
    using (household_key, plate_token)
where not held_vehicle.commercial
