-- Who belongs to the assistance unit on the day. Everyone on the case does, but for the dead and those whom the measures
-- leave out: prisoners, persons in compulsory detox, conscripts, clergy, persons declared missing. Only rows of finding
-- grade take a person out, and the row that does is named. Where several facts agree that a person is out, the first
-- in this order is told: a death, civil affairs' own note, the last word of the hukou register.
create temp table hukou_word as
with word as (
    select
        hukou_person.person_key,
        used_delivery.as_of as said_date,
        hukou_person.change_date as since_date,
        case
            when hukou_person.status_code = 'cancelled' and hukou_person.change_reason_code in ('enlisted', 'arrested')
                then hukou_person.change_reason_code
            else 'stays'
        end as word_code,
        hukou_person.source,
        hukou_person.row_key
    from hukou_person
    join used_delivery using (delivery_id)
    union all
    select
        person_key,
        coalesce(registered_date, event_date) as said_date,
        coalesce(event_date, registered_date) as since_date,
        case when event_code in ('enlisted', 'arrested') then event_code else 'stays' end as word_code,
        source,
        row_key
    from hukou_event, as_of_day
    where event_code in ('enlisted', 'arrested', 'move_in') and coalesce(event_date, registered_date) <= as_of
)

-- The latest day on which the register spoke decides; on one day a word that the person stays beats one that it left.
select *
from word
qualify row_number() over (
    partition by person_key order by said_date desc, word_code = 'stays' desc, word_code, row_key
) = 1;

create table unit_member as
with reason as (
    select null as household_key, death.person_key, 1 as rank, 'dead' as reason_code, death.source, death.row_key,
        death.death_date as since_date
    from death, as_of_day
    where coalesce(death.death_date <= as_of, true)
    union all
    select household_key, person_key, 2, not_counted_code, source, row_key, not_counted_since_date
    from roster_member
    semi join member using (household_key, person_key, row_key), as_of_day
    where not_counted_code is not null and coalesce(not_counted_since_date <= as_of, true)
    union all
    select null, person_key, 3, case word_code when 'enlisted' then 'conscript' else 'prison' end, source, row_key,
        since_date
    from hukou_word
    where word_code <> 'stays'
),

told as (
    select member.household_key, member.person_key, reason.* exclude (household_key, person_key)
    from member
    join reason on reason.person_key = member.person_key
        and coalesce(reason.household_key, member.household_key) = member.household_key
    qualify reason.rank = min(reason.rank) over (partition by member.household_key, member.person_key)
),

left_out as (
    select
        household_key, person_key, min(reason_code) as reason_code,
        array_to_string(list_sort(list(distinct source)), ' ') as reason_source,
        array_to_string(list_sort(list(distinct row_key)), ' ') as reason_row_keys, min(since_date) as since_date
    from told
    group by household_key, person_key
)

select
    member.household_key,
    member.person_key,
    member.covered,
    left_out.person_key is null as counted,
    left_out.reason_code,
    left_out.reason_source,
    left_out.reason_row_keys,
    case when left_out.person_key is null then household.approved_date else left_out.since_date end as since_date
from member
join household using (household_key)
left join left_out using (household_key, person_key)
order by member.household_key, member.person_key;
