-- Formerly declared month: a month of the last twelve for which the person declared a wage that has ended since.
-- What was earned then was known: it is held against no declaration of today.
select distinct
    declared_item.household_key,
    declared_item.person_key,
    recent_month.month
from declared_item
cross join as_of_day
join recent_month
    on coalesce(declared_item.from_month <= recent_month.month, true)
    and declared_item.to_month >= recent_month.month
where declared_item.item_code = 'wage' and declared_item.to_month < as_of_day.as_of_month
