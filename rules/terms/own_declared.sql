-- Own declaration: what one person declared under one heading, per month.
-- Where one line is given for the year only, the month's sum is unknown: it is never divided by twelve.
select
    household_key,
    person_key,
    item_code,
    case when count(*) = count(amount_monthly_yuan) then sum(amount_monthly_yuan) end as declared_monthly_yuan,
    array_to_string(list_sort(list(row_key)), ' ') as row_keys
from item_in_force
group by household_key, person_key, item_code
