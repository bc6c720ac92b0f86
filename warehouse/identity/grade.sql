-- How sure it is that a row is this person's (design: identity before severity). Only A, B and H may carry a finding.
create or replace macro grade_of(id_basis, name_relation) as case
    when id_basis = 'id18' and name_relation = 'same' then 'A'
    when id_basis = 'id18' and name_relation in ('dot', 'rare', 'former', 'cut', 'homophone') then 'B'
    when id_basis = 'id18' then 'C'
    when id_basis in ('id15', 'repaired') and name_relation not in ('different', 'missing') then 'D'
    when id_basis in ('id15', 'repaired', 'near', 'none') then 'E'
    else error('extract.unknown_id_basis')
end;

-- A number that the roster gives to two names is not settled by a third party's row: such a row waits for people.
-- The centre's own registers name the household by its case number: there the row is the household's, whatever its id.
create temp table graded as
select
    seen.row_key,
    seen.delivery_id,
    seen.source,
    seen.person_key,
    seen.refused_by,
    verdict_on.verdict_by,
    case
        when verdict_on.verdict = 'not_same' then 'excluded'
        when seen.by_household or seen.id_basis = 'case' then 'A'
        when verdict_on.verdict = 'same' then 'H'
        when disputed.person_key is not null and grade_of(seen.id_basis, seen.name_relation) in ('A', 'B') then 'C'
        else grade_of(seen.id_basis, seen.name_relation)
    end as grade,
    case
        when verdict_on.verdict in ('not_same', 'same') then 'verdict'
        when seen.by_household or seen.id_basis = 'case' then 'case_number'
        else case when disputed.person_key is not null then 'number_in_dispute ' else '' end
            || seen.id_basis || '/' || coalesce(seen.name_relation, 'missing') || '/' || coalesce(seen.birth_relation, 'missing')
    end as why
from seen
left join verdict_on using (row_key, person_key)
left join disputed using (person_key);

-- What people signed is found by the same grades as everything else; from it follows who may be looked at.
create temp table signed as
select authorisation_row.*, graded.grade as match_grade
from authorisation_row
join graded using (row_key, person_key)
where graded.grade in ('A', 'B', 'H') and graded.refused_by is null;
