-- R-ID-02: one person is counted in two households that are both assisted. The question is put to each household.
-- One number beside two unlike names is not one person: that is a wrong number, another rule's matter.
with counted as (
    select
        person_key,
        count(distinct household_key) as case_count,
        array_to_string(list_sort(list(distinct household_key)), ' ') as household_keys,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from subject
    where coalesce(roster_id_state <> 'disputed', true)
    group by person_key
)

select
    subject.household_key,
    subject.person_key,
    counted.case_count,
    counted.household_keys,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    subject.as_of_month as period_from,
    subject.as_of as period_to,
    'eligibility' as severity,
    'A' as match_grade,  -- both sides are the roster itself
    counted.row_keys as evidence_row_keys
from subject
join counted using (person_key)
where counted.case_count >= 2
