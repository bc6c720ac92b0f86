-- R-HUKOU-01: the last word of the hukou feeds is that the person's registration left the county or the country.
-- Cancelled for enlistment, arrest or death is not gone; moving within the county is not gone; a move back ends it.
-- Here is the county of the case: it decides on the case, and a register of the whole city holds other counties' rows.
-- A registration in another county is no word: it brings nobody back, and whose it is was perhaps never registered here.
-- Gone since a day that nobody wrote down is gone for long.
with register as (
    select
        subject.household_key,
        subject.person_key,
        hukou_person.status_code,
        hukou_person.change_reason_code,
        case when hukou_person.change_date <= subject.as_of then hukou_person.change_date end as change_date,
        hukou_person.status_code in ('valid', 'locked', 'permit') as live,
        coalesce(substr(hukou_person.region_code, 1, 6) = substr(subject.region_code, 1, 6), true) as in_the_county,
        hukou_person.match_grade,
        hukou_person.row_key
    from subject
    join hukou_person using (person_key)
),

registered as (  -- a snapshot that holds a live registration here does not say gone, whatever else it holds
    select distinct household_key, person_key
    from register
    where live and in_the_county
),

word as (
    select
        register.household_key,
        register.person_key,
        'snapshot' as told_by,
        register.change_date as word_date,
        case
            when registered.person_key is not null then 'stays'
            when register.status_code = 'moved_out' then 'move_out'
            when register.status_code = 'cancelled' and register.change_reason_code in ('emigrated', 'hk_macau')
                then register.change_reason_code
            else 'stays'
        end as word_code,
        register.match_grade,
        register.row_key
    from register
    left join registered using (household_key, person_key)
    where not register.live or register.in_the_county
    union all
    select
        subject.household_key,
        subject.person_key,
        'change' as told_by,
        told.event_day as word_date,
        case
            when told.event_code in ('emigrated', 'hk_macau') then told.event_code
            when
                told.event_code = 'move_out'
                and substr(told.to_region_code, 1, 6) <> substr(subject.region_code, 1, 6)
                then 'move_out'
            else 'stays'
        end as word_code,
        told.match_grade,
        told.row_key
    from subject
    join dated_hukou_event as told using (person_key)
    where
        told.event_code in ('move_out', 'emigrated', 'hk_macau', 'death', 'enlisted', 'arrested')
        or (
            told.event_code = 'move_in'
            and coalesce(substr(told.to_region_code, 1, 6) = substr(subject.region_code, 1, 6), true)
        )
),

-- The latest day speaks; on one day a word that the person stays beats one that the person is gone, and of two that
-- say gone the register's is named: a doubtful registration beside it then still speaks.
last_word as (
    select *
    from word
    qualify row_number() over (
        partition by household_key, person_key
        order by word_date desc nulls last, word_code = 'stays' desc, told_by = 'snapshot' desc, word_code, row_key
    ) = 1
)

select
    last_word.household_key,
    last_word.person_key,
    last_word.word_date as gone_date,
    last_word.word_code as gone_code,
    last_word.told_by,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    coalesce(last_word.word_date, subject.as_of) as period_from,
    subject.as_of as period_to,
    case when subject.person_class_code = 'student' then 'information' else 'eligibility' end as severity,
    last_word.match_grade,
    concat_ws(' ', subject.row_key, last_word.row_key) as evidence_row_keys
from last_word
join subject using (household_key, person_key)
join policy using (household_key)
where
    last_word.word_code <> 'stays'
    and coalesce(date_diff('day', last_word.word_date, subject.as_of) >= policy.hukou_grace_days, true)
