-- Perhaps declared: lines in force that the household wrote and that point at nobody surely: no member is named, the
-- line was refused by a check, or whose it is waits for people. What a household declared badly it has declared.
select
    line.household_key,
    line.person_key,
    line.item_code
from (
    select household_key, person_key, item_code, from_month, to_month
    from declared_item
    where person_key is null
    union all
    select household_key, person_key, item_code, from_month, to_month
    from declared_item_perhaps
) as line
cross join as_of_day
where
    coalesce(line.from_month <= as_of_day.as_of_month, true)
    and coalesce(line.to_month >= as_of_day.as_of_month, true)
