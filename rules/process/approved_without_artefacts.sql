-- R-PROC-01: the case was approved before one of its papers existed, or without it. The office is asked.
with paper as (
    select
        household_key,
        min(authorisation_date) as authorisation_date,
        min(check_report_date) as check_report_date,
        min(home_visit_date) as home_visit_date,
        min(posting_date) as posting_date,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from case_file
    group by household_key
),

lacking as (
    select
        household.household_key,
        household.approved_date,
        concat_ws(
            ' ',
            case when coalesce(paper.authorisation_date > household.approved_date, true) then 'authorisation' end,
            case when coalesce(paper.check_report_date > household.approved_date, true) then 'check_report' end,
            case when coalesce(paper.home_visit_date > household.approved_date, true) then 'home_visit' end,
            case when coalesce(paper.posting_date > household.approved_date, true) then 'posting' end
        ) as lacking_codes,
        as_of_day.as_of,
        paper.row_keys
    from household
    join paper using (household_key)
    cross join as_of_day
    where household.approved_date is not null
)

select
    household_key,
    null as person_key,
    approved_date,
    lacking_codes,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    approved_date as period_from,
    as_of as period_to,
    'question' as severity,
    'A' as match_grade,  -- roster and case file name the same case
    row_keys as evidence_row_keys
from lacking
where lacking_codes <> ''
