-- U-REFER-01: above the dibao line, and by a whole sheet within the income of the next programme: not nothing, but
-- another programme. Where spending decides, it is to be shown.
select
    household_key,
    null as person_key,
    gate_code,
    line_monthly_yuan as line_yuan,
    per_capita_yuan,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    window_from as period_from,
    window_to as period_to,
    'favourable' as severity,
    match_grade,
    row_keys as evidence_row_keys
from above_line
where
    complete
    and gate_reason in ('income', 'spending_to_be_shown')
    and gate_code in ('marginal', 'hardship')
