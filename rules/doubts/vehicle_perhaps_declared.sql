-- The household declared as many vehicles without a legible plate as are asked about: they may be these.
select
    asked.household_key,
    asked.person_key
from asked
join (
    select household_key, count(*) as line_count
    from item_in_force
    where item_code = 'vehicle' and plate_token is null
    group by household_key
) as line using (household_key)
where asked.vehicle_count <= line.line_count
