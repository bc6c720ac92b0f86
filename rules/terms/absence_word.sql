-- Absence word: the last that the hukou feeds say of arrest or enlistment. A registration restored ends it.
-- On one day a word that the person is here beats one that the person is away.
with word as (
    select
        subject.household_key,
        subject.person_key,
        coalesce(hukou_person.change_date, cast('1900-01-01' as date)) as word_date,
        case when hukou_person.status_code = 'cancelled' then hukou_person.change_reason_code else 'here' end
        as word_code,
        hukou_person.match_grade,
        hukou_person.row_key
    from subject
    join hukou_person using (person_key)
    union all
    select
        subject.household_key,
        subject.person_key,
        hukou_event.event_date as word_date,
        case when hukou_event.event_code = 'move_in' then 'here' else hukou_event.event_code end as word_code,
        hukou_event.match_grade,
        hukou_event.row_key
    from subject
    join hukou_event using (person_key)
    where hukou_event.event_code in ('arrested', 'enlisted', 'move_in')
)

select *
from word
qualify row_number() over (
    partition by household_key, person_key order by word_date desc, word_code = 'here' desc, word_code, row_key
) = 1
