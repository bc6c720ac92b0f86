-- The rows that may be joined at all: those of the centre's own registers, and of persons who may be looked at there.
create temp table admitted as
select graded.*
from graded
left join authorised using (person_key, source)
where authorised.reason is null;
