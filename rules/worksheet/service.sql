-- Service: a counted member whose term as a conscript is over and whom the register has not back. Discharged, or serving
-- on for pay that no feed tells of: the sheet asks what the person lives on and stays open until it is told.
select
    unit_member.household_key,
    unit_member.person_key,
    'wages' as kind_code,
    'service_pay' as item_code,
    oldest.first_month as period_from,
    newest.last_month as period_to,
    'month' as period_code,
    cast(null as integer) as evidence_level,
    null as raw_yuan,
    'question_only' as treatment_code,
    'conscript_service_months' as parameter_names,
    null as counted_yuan,
    unit_member.reason_row_keys as evidence_row_keys
from unit_member
join unit using (household_key, person_key)
join month_shown as oldest on oldest.months_back = unit.window_months
join month_shown as newest on newest.months_back = 1
where unit_member.reason_code = 'conscript'
