-- R-PRISON-01: the hukou register's last word of a counted member is an arrest. It does not say how it ended.
select
    absence_word.household_key,
    absence_word.person_key,
    absence_word.word_date as arrested_date,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    coalesce(absence_word.word_date, subject.as_of) as period_from,
    subject.as_of as period_to,
    'question' as severity,
    absence_word.match_grade,
    concat_ws(' ', subject.row_key, absence_word.row_key) as evidence_row_keys
from absence_word
join subject using (household_key, person_key)
where absence_word.word_code = 'arrested'
