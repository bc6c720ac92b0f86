-- Above the line: a household whose income of levels 1 and 2, as far as it was seen, reaches line × persons × months.
-- Exact: nothing was rounded or divided before it is compared. What was not seen could only add to it. A case that has
-- stopped is asked nothing.
with rested as (
    select household_key, array_to_string(list_sort(list(evidence_row_keys)), ' ') as row_keys
    from worksheet_line
    where counted_yuan <> 0
    group by household_key
),

listed as (
    select household_key, array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from member
    group by household_key
),

-- The worst grade among the members' rows that can carry an amount.
graded as (
    select member.household_key, max(told.match_grade) as match_grade
    from member
    join (
        select person_key, match_grade from declared_item
        union all
        select person_key, match_grade from withheld_income
        union all
        select person_key, match_grade from fund_account
        union all
        select person_key, match_grade from pension_payment
        union all
        select person_key, match_grade from pension_adjustment
        union all
        select person_key, match_grade from unemployment_benefit
    ) as told using (person_key)
    group by member.household_key
),

still_paid as (
    select pension_payment.person_key, 'declared_pension' as item_code
    from pension_payment
    cross join as_of_day
    where
        pension_payment.state_code = 'in_pay'
        and (
            date_diff('month', pension_payment.belonging_month, as_of_day.as_of_month) = 1
            or date_diff('month', pension_payment.settlement_month, as_of_day.as_of_month) = 1
        )
    union all
    select unemployment_benefit.person_key, 'declared_unemployment_benefit' as item_code
    from unemployment_benefit
    cross join as_of_day
    where date_diff('month', unemployment_benefit.paid_month, as_of_day.as_of_month) = 1
),

-- A stated pension or benefit that its only payer, looked at in the last month, did not pay then may have ended: it
-- lifts nobody above the line. A row that tells of a suspension is no payment.
unfound as (
    select worksheet_line.household_key, sum(worksheet_line.counted_yuan) as unfound_yuan
    from worksheet_line
    cross join as_of_day
    join coverage
        on coverage.person_key = worksheet_line.person_key
        and date_diff('month', coverage.month, as_of_day.as_of_month) = 1
    anti join still_paid
        on still_paid.person_key = worksheet_line.person_key
        and still_paid.item_code = worksheet_line.item_code
    where
        coverage.value <> 'could_not_look'
        and (
            (worksheet_line.item_code = 'declared_pension' and coverage.source = 'pension')
            or (
                worksheet_line.item_code = 'declared_unemployment_benefit'
                and coverage.source = 'unemployment_benefit'
            )
        )
    group by worksheet_line.household_key
)

select
    worksheet.household_key,
    worksheet.window_from,
    worksheet.window_to,
    worksheet.counted_persons,
    worksheet.per_capita_yuan,
    worksheet.gate_code,
    worksheet.gate_reason,
    worksheet.complete,
    case when worksheet.complete then 'whole' else 'at_least' end as completeness_code,
    policy.dibao_line_monthly_yuan as line_monthly_yuan,
    household.grace_until_date,
    as_of_day.as_of,
    graded.match_grade,
    concat_ws(' ', listed.row_keys, rested.row_keys) as row_keys
from worksheet
join household using (household_key)
join policy using (household_key)
join rested using (household_key)
join listed using (household_key)
join graded using (household_key)
left join unfound using (household_key)
cross join as_of_day
where
    (household.stop_date is null or household.stop_date > as_of_day.as_of)
    and worksheet.income_total_yuan - coalesce(unfound.unfound_yuan, 0)
    >= policy.dibao_line_monthly_yuan * worksheet.counted_persons * policy.income_window_months
