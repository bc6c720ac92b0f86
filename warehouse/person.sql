-- Persons of the day: whether a feed can be searched by their number, and where their household lives.
create temp table person as
select
    member.person_key,
    bool_or(member.roster_id_state in ('valid', 'upgraded')) and not bool_or(disputed.person_key is not null)
        as number_usable,
    min(household.region_code) as region_code
from member
join household using (household_key)
left join disputed using (person_key)
group by member.person_key;
