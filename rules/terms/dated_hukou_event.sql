-- Dated hukou event: an entry of the change file with the day it happened on or, where none can be read, was entered on.
-- A day that is still to come is a slip of the pen, and its entry says nothing.
select
    hukou_event.person_key,
    hukou_event.event_code,
    hukou_event.to_region_code,
    coalesce(hukou_event.event_date, hukou_event.registered_date) as event_day,
    hukou_event.match_grade,
    hukou_event.row_key
from hukou_event
cross join as_of_day
where coalesce(hukou_event.event_date, hukou_event.registered_date) <= as_of_day.as_of
