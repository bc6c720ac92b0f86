-- R-GRACE-01: the gradual exit has ended and the household's income still reaches the line.
select
    household_key,
    null as person_key,
    completeness_code,
    line_monthly_yuan as line_yuan,
    per_capita_yuan,
    grace_until_date,
    gate_code,
    null as declared_yuan,
    per_capita_yuan as found_yuan,
    'month' as amount_period,
    window_from as period_from,
    window_to as period_to,
    'eligibility' as severity,
    match_grade,
    row_keys as evidence_row_keys
from above_line
where grace_until_date < as_of
