-- What stands between a row and its use: it may not be the person's, or a check refused it. All other rows are matched.
-- A row of grade C or D waits for people. One of grade E waits if its fields speak for the person, clouds without
-- waiting if too few fields can be compared, and is ruled out if they speak against.
create table doubtful as
select
    doubted.row_key,
    doubted.person_key,
    doubted.grade,
    doubted.source,
    doubted.delivery_id,
    scored.score,
    case
        when doubted.grade in ('A', 'B', 'H') then 'matched'
        when doubted.grade in ('C', 'D') then 'queued'
        when scored.state is null then 'too_few_fields'
        else scored.state
    end as state,
    case
        when state = 'ruled_out' then null
        when doubted.refused_by is not null then 'row_refused'
        when state = 'queued' then 'row_queued'
        when state = 'too_few_fields' then 'row_without_fields'
    end as cloud
from doubted
left join scored using (row_key, person_key);

create table identity_queue as
select
    doubtful.person_key,
    doubtful.source,
    doubtful.row_key,
    doubtful.grade,
    case when disputed.person_key is not null then 'number_in_dispute ' else '' end
    || doubted.id_basis || '/' || coalesce(doubted.name_relation, 'missing')
    || '/' || coalesce(doubted.birth_relation, 'missing') || coalesce(' ' || scored.levels, '') as why,
    doubtful.score,
    doubted.refused_by,
    scored.provider_identity_token,
    scored.provider_fingerprint,
    scored.subject_fingerprint,
    row_number() over (
        partition by doubtful.person_key, doubtful.source
        order by doubtful.score desc nulls last, doubtful.grade, doubtful.row_key
    ) as place
from doubtful
join doubted using (row_key, person_key)
left join scored using (row_key, person_key)
left join disputed using (person_key)
where doubtful.state = 'queued'
order by doubtful.score desc nulls last, doubtful.grade, doubtful.person_key, doubtful.row_key;

-- Rows that people have said are another's.
create temp table excluded as
select verdict_on.person_key, verdict_on.source, used_delivery.slot_month, min(verdict_on.verdict_by) as verdict_by
from verdict_on
join used_delivery using (delivery_id)
anti join barred on barred.person_key = verdict_on.person_key and barred.source = verdict_on.source
where verdict_on.verdict = 'not_same'
group by all;
