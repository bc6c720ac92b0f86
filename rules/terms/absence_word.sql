-- Absence word: the last that the hukou feeds say of arrest or enlistment. A registration restored ends it.
-- On one day a word that the person is here beats one that the person is away; a word without a day is the oldest.
with word as (
    select
        subject.household_key,
        subject.person_key,
        case when hukou_person.change_date <= subject.as_of then hukou_person.change_date end as word_date,
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
        told.event_day as word_date,
        case when told.event_code = 'move_in' then 'here' else told.event_code end as word_code,
        told.match_grade,
        told.row_key
    from subject
    join dated_hukou_event as told using (person_key)
    where told.event_code in ('arrested', 'enlisted', 'move_in')
)

select *
from word
qualify row_number() over (
    partition by household_key, person_key order by word_date desc nulls last, word_code = 'here' desc, word_code, row_key
) = 1
