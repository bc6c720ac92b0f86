-- A row that may be the person's shows a registration here: in the same snapshot that says gone, or dated since.
select
    asked.household_key,
    asked.person_key
from asked
join household using (household_key)
join (
    select person_key, change_date as word_date, 'snapshot' as told_by, region_code
    from hukou_person_perhaps
    where status_code in ('valid', 'locked', 'permit')
    union all
    select person_key, coalesce(event_date, registered_date) as word_date, 'change' as told_by, to_region_code as region_code
    from hukou_event_perhaps
    where event_code = 'move_in'
) as word using (person_key)
where
    (word.told_by = asked.told_by and asked.told_by = 'snapshot'
        or coalesce(word.word_date >= asked.gone_date, asked.gone_date is null))
    and coalesce(substr(word.region_code, 1, 6) = substr(household.region_code, 1, 6), true)
