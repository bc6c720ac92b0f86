-- A declared unemployment benefit that points at nobody surely may be this person's.
select
    asked.household_key,
    asked.person_key
from asked
join perhaps_declared using (household_key)
where
    perhaps_declared.item_code = 'unemployment_benefit'
    and coalesce(perhaps_declared.person_key = asked.person_key, true)
