-- Declared wage: what one person declared as wages. Without a row nothing was declared.
select household_key, person_key, declared_monthly_yuan, row_keys
from own_declared
where item_code = 'wage'
