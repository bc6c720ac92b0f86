-- A number that the roster of the day gives to two unlike names is nobody's until people have looked.
update member set roster_id_state = 'disputed'
where roster_id_state in ('valid', 'upgraded') and person_key in (select person_key from disputed);

-- Persons of the day: whether a feed can be searched by their number, and where their household lives.
create temp table person as
select
    member.person_key,
    bool_or(member.roster_id_state in ('valid', 'upgraded')) as number_usable,
    min(household.region_code) as region_code
from member
join household using (household_key)
group by member.person_key;
