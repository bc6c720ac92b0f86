-- Membership as of the day, from the latest roster: a household is in from its approval (that day included)
-- until it stops (that day no longer). A roster row refused by a check still names a member: nobody vanishes.
create temp table standing as
select roster.*
from roster_member_row as roster, as_of_day
where coalesce(approved_date, as_of) <= as_of
  and (stop_date is null or stop_date > as_of)
  and household_key is not null
  and person_key is not null;

create table member as
select household_key, person_key, relation_code, covered, person_class_code, roster_id_state, birth_date, sex_code, row_key
from standing
qualify row_number() over (
    partition by household_key, person_key order by refused_by is not null, line_number, row_key
) = 1
order by household_key, person_key;

-- What is repeated on each member's row is read from the head's row, else from the first sound row.
create table household as
select
    household_key, region_code, programme_code, approved_date, stop_date, management_class_code, benefit_monthly_yuan,
    covered_person_count, member_count, account_token, grace_until_date
from standing
join (select household_key, cast(count(*) as integer) as member_count from member group by household_key) using (household_key)
qualify row_number() over (
    partition by household_key
    order by refused_by is not null, relation_code is distinct from 'head', line_number, row_key
) = 1
order by household_key;
