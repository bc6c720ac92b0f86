-- A declared business that points at nobody surely is still the household's.
select
    asked.household_key,
    asked.person_key
from asked
join perhaps_declared using (household_key)
where perhaps_declared.item_code = 'business'
