-- Recorded death: only a death is a death. Hukou is also cancelled for moving, enlistment, arrest and emigration.
-- Two files of one office are one origin.
select person_key, event_day as death_date, 'public_security' as origin, match_grade, row_key
from dated_hukou_event
where event_code = 'death'
union all
select person_key, change_date as death_date, 'public_security' as origin, match_grade, row_key
from hukou_person
where status_code = 'dead'
union all
select
    person_key,
    coalesce(death_date, cremation_date) as death_date,
    'funeral_service' as origin,
    match_grade,
    row_key
from cremation
