-- One line per row and person: the grade, why, and whether the row clouds the person's cells.
-- A row of grade C or D waits for people. One of grade E waits if its fields speak for the person, clouds without
-- waiting if too few fields can be compared, and is ruled out if they speak against.
create table match as
select
    admitted.row_key,
    admitted.person_key,
    admitted.grade,
    admitted.why || coalesce(' ' || scored.levels, '') as why,
    admitted.source,
    admitted.delivery_id,
    scored.score,
    case
        when admitted.grade = 'excluded' then 'excluded'
        when admitted.grade in ('A', 'B', 'H') then 'matched'
        when admitted.grade in ('C', 'D') then 'queued'
        when scored.state is null then 'too_few_fields'
        else scored.state
    end as state,
    case
        when state in ('excluded', 'ruled_out') then null
        when admitted.refused_by is not null then 'row_refused'
        when state = 'queued' then 'row_queued'
        when state = 'too_few_fields' then 'row_without_fields'
    end as cloud
from admitted
left join scored using (row_key, person_key);

create table identity_queue as
select
    match.person_key,
    match.source,
    match.row_key,
    match.grade,
    match.why,
    match.score,
    admitted.refused_by,
    scored.provider_identity_token,
    scored.provider_fingerprint,
    scored.subject_fingerprint,
    row_number() over (
        partition by match.person_key, match.source order by match.score desc nulls last, match.grade, match.row_key
    ) as place
from match
join admitted using (row_key, person_key)
left join scored using (row_key, person_key)
where match.state = 'queued'
order by match.score desc nulls last, match.grade, match.person_key, match.row_key;

create temp table excluded as
select match.person_key, match.source, used_delivery.slot_month, min(admitted.verdict_by) as verdict_by
from match
join admitted using (row_key, person_key)
join used_delivery on used_delivery.delivery_id = match.delivery_id
where match.state = 'excluded'
group by all;
