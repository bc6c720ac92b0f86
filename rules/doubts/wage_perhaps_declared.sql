-- A declared wage that points at nobody surely may be this person's.
select
    asked.household_key,
    asked.person_key
from asked
join perhaps_declared using (household_key)
where
    perhaps_declared.item_code = 'wage'
    and coalesce(perhaps_declared.person_key = asked.person_key, true)
