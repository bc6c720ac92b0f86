-- R-PROC-02: the case's last review is older than its management class allows. The office is asked, not the household.
with paper as (
    select
        household_key,
        max(last_review_date) as last_review_date,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from case_file
    group by household_key
),

watched as (  -- never reviewed: the approval itself was the last look
    select
        household.household_key,
        household.management_class_code,
        coalesce(paper.last_review_date, household.approved_date) as last_looked_date,
        case household.management_class_code
            when 'A' then policy.review_months_class_a
            when 'B' then policy.review_months_class_b
            when 'C' then policy.review_months_class_c
        end as review_months,
        as_of_day.as_of,
        as_of_day.as_of_month,
        paper.row_keys
    from household
    join paper using (household_key)
    join policy using (household_key)
    cross join as_of_day
),

late as (
    select *, date_diff('month', date_trunc('month', last_looked_date), as_of_month) as months_back
    from watched
)

select
    household_key,
    null as person_key,
    management_class_code,
    last_looked_date,
    review_months,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    last_looked_date as period_from,
    as_of as period_to,
    'question' as severity,
    'A' as match_grade,  -- roster and case file name the same case
    row_keys as evidence_row_keys
from late
where
    months_back > review_months
    or (months_back = review_months and day(last_looked_date) < day(as_of))
