-- R-ARMY-01: a counted member enlisted within the term of service. The register does not say when the service ends.
select
    absence_word.household_key,
    absence_word.person_key,
    absence_word.word_date as enlisted_date,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    absence_word.word_date as period_from,
    subject.as_of as period_to,
    'question' as severity,
    absence_word.match_grade,
    concat_ws(' ', subject.row_key, absence_word.row_key) as evidence_row_keys
from absence_word
join subject using (household_key, person_key)
join policy using (household_key)
where
    absence_word.word_code = 'enlisted'
    and date_diff('month', date_trunc('month', absence_word.word_date), subject.as_of_month)
    <= policy.conscript_service_months
