-- R-ID-01: the number on the roster cannot be anybody's, or stands beside two unlike names. Until corrected, no
-- department can be asked about the person.
-- A 15-digit number is old but sound and is looked for under its 18 digits.
select
    household_key,
    person_key,
    roster_id_state,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    as_of_month as period_from,
    as_of as period_to,
    'information' as severity,
    'A' as match_grade,  -- the roster's own row, no match is made
    row_key as evidence_row_keys
from subject
where roster_id_state in ('damaged', 'missing', 'disputed')
