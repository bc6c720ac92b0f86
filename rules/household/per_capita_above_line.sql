-- R-INC-01: income per head, of evidence that may carry an amount, reaches the line. Within the gradual exit the benefit
-- goes on by rule: it is told with the day on which the exit ends, and not asked.
select
    household_key,
    null as person_key,
    counted_persons,
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
    case when grace_until_date is null then 'eligibility' else 'information' end as severity,
    match_grade,
    row_keys as evidence_row_keys
from above_line
where coalesce(grace_until_date >= as_of, true)
