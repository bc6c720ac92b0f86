-- U-01: the household is above the dibao line, and a member of it who is severely disabled or severely ill by the roster
-- has less than the line: admission of that person alone may be possible. In a marginal household it is; where a local
-- rule reaches further, up to its own multiple of the line. The class speaks in favour only.
with own as (
    select household_key, person_key, sum(counted_yuan) as own_total_yuan
    from worksheet_line
    where counted_yuan is not null
    group by household_key, person_key
),

listed as (
    select
        member.household_key,
        member.person_key,
        case member.person_class_code
            when 'severe_illness' then policy.single_person_line_multiple_illness
            else policy.single_person_line_multiple_disability
        end as line_multiple
    from member
    join unit_member using (household_key, person_key)
    join worksheet using (household_key)
    join policy using (household_key)
    where
        member.person_class_code in ('severe_disability', 'severe_illness')
        and unit_member.counted
        -- who is covered beside members who are not was admitted alone already
        and not (member.covered and worksheet.covered_persons < worksheet.counted_persons)
)

select
    listed.household_key,
    listed.person_key,
    above_line.line_monthly_yuan as line_yuan,
    above_line.per_capita_yuan,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    above_line.window_from as period_from,
    above_line.window_to as period_to,
    'favourable' as severity,
    above_line.match_grade,
    above_line.row_keys as evidence_row_keys
from listed
join above_line using (household_key)
join worksheet using (household_key)
join policy using (household_key)
left join own using (household_key, person_key)
where
    above_line.complete
    and above_line.gate_reason in ('income', 'spending_to_be_shown')
    and coalesce(own.own_total_yuan < policy.dibao_line_monthly_yuan * policy.income_window_months, true)
    and (
        above_line.gate_code = 'marginal'
        or worksheet.income_total_yuan
        <= cast(listed.line_multiple * policy.dibao_line_monthly_yuan as decimal(18, 6))
        * worksheet.counted_persons * policy.income_window_months
    )
