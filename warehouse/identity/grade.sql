-- How sure it is that a row is this person's (design: identity before severity). Only A, B and H may carry a finding.
create or replace temp macro grade_by_fields(id_basis, name_relation) as case
    when id_basis = 'id18' and name_relation = 'same' then 'A'
    when id_basis = 'id18' and name_relation in ('dot', 'rare', 'former', 'cut', 'homophone') then 'B'
    when id_basis = 'id18' then 'C'
    when id_basis in ('id15', 'repaired') and name_relation not in ('different', 'missing') then 'D'
    when id_basis in ('id15', 'repaired', 'near', 'none') then 'E'
    else error('extract.unknown_id_basis')
end;

-- A number that the roster gives to two names is not settled by a third party's row: such a row waits for people.
-- The centre's own registers name the household by its case number: there the row is the household's, whatever its id.
create or replace temp macro grade_of(by_household, id_basis, name_relation, verdict, in_dispute) as case
    when verdict = 'not_same' then 'excluded'
    when by_household or id_basis = 'case' then 'A'
    when verdict = 'same' then 'H'
    when in_dispute and grade_by_fields(id_basis, name_relation) in ('A', 'B') then 'C'
    else grade_by_fields(id_basis, name_relation)
end;
