-- Written from card and cases alone. Each word of the hukou feeds has a day and says here, gone, or neither; the last
-- word counts, and on one day "here" counts before "gone". A live row of the snapshot silences its gone rows.
-- Registrations in another county than the case's are read over.
with snapshot as (
    select
        subject.household_key,
        hukou_person.*,
        hukou_person.status_code in ('valid', 'locked', 'permit') as here,
        case
            when status_code = 'moved_out' then 'move_out'
            when status_code = 'cancelled' and change_reason_code in ('emigrated', 'hk_macau') then change_reason_code
        end as gone_code
    from hukou_person join subject using (person_key)
    where
        hukou_person.status_code in ('moved_out', 'cancelled', 'dead')
        or hukou_person.region_code is null
        or subject.region_code is null
        or left(hukou_person.region_code, 6) = left(subject.region_code, 6)
),

word as (
    select
        subject.household_key,
        subject.person_key,
        case when snapshot.change_date <= subject.as_of then snapshot.change_date end as gone_date,
        snapshot.here,
        case when not bool_or(snapshot.here) over (partition by subject.household_key, subject.person_key)
            then snapshot.gone_code end as gone_code,
        'snapshot' as told_by,
        snapshot.match_grade,
        snapshot.row_key
    from subject join snapshot using (household_key, person_key)
    union all
    select
        subject.household_key,
        subject.person_key,
        ifnull(hukou_event.event_date, hukou_event.registered_date),
        hukou_event.event_code = 'move_in',
        case
            when hukou_event.event_code in ('emigrated', 'hk_macau') then hukou_event.event_code
            when hukou_event.event_code = 'move_out' and hukou_event.to_region_code[:6] <> subject.region_code[:6]
                then 'move_out'
        end,
        'change',
        hukou_event.match_grade,
        hukou_event.row_key
    from subject join hukou_event using (person_key)
    where
        ifnull(hukou_event.event_date, hukou_event.registered_date) <= subject.as_of
        and hukou_event.event_code not in ('renamed', 'split', 'id_corrected', 'birth', 'other')
        and (hukou_event.event_code <> 'move_in' or hukou_event.to_region_code is null or subject.region_code is null
            or starts_with(hukou_event.to_region_code, left(subject.region_code, 6)))
),

last_word as (
    select *
    from word
    qualify row_number() over (
        partition by household_key, person_key
        order by ifnull(gone_date, date '1900-01-01') desc, here desc, gone_code is null desc, told_by desc, gone_code, row_key
    ) = 1
)

select
    last_word.household_key,
    last_word.person_key,
    last_word.gone_code,
    last_word.gone_date,
    last_word.told_by,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    ifnull(last_word.gone_date, subject.as_of) as period_from,
    subject.as_of as period_to,
    case when subject.person_class_code = 'student' then 'information' else 'eligibility' end as severity,
    last_word.match_grade,
    subject.row_key || ' ' || last_word.row_key as evidence_row_keys
from last_word
join subject using (household_key, person_key)
join policy using (household_key)
where
    last_word.gone_code is not null
    and (last_word.gone_date is null or subject.as_of - last_word.gone_date >= policy.hukou_grace_days)
