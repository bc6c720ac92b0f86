-- A row that may be the person's shows a registration here on the day of the absence or after it.
select
    asked.household_key,
    asked.person_key
from asked
join absence_word using (household_key, person_key)
join (
    select person_key, change_date as word_date
    from hukou_person_perhaps
    where status_code in ('valid', 'locked', 'permit')
    union all
    select person_key, coalesce(event_date, registered_date) as word_date
    from hukou_event_perhaps
    where event_code = 'move_in'
) as word using (person_key)
where coalesce(word.word_date >= absence_word.word_date, absence_word.word_date is null)
