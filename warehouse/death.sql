-- Deaths as attested, one row per attestation; the card's attesting origin tells which are independent witnesses.
create table death as
select person_key, coalesce(event_date, registered_date) as death_date, card.attesting_origin as origin, source, row_key, match_grade
from hukou_event join card using (source)
where event_code = 'death'
union all
select person_key, change_date as death_date, card.attesting_origin as origin, source, row_key, match_grade
from hukou_person join card using (source)
where status_code = 'dead'
union all
select person_key, death_date, card.attesting_origin as origin, source, row_key, match_grade
from cremation join card using (source);
