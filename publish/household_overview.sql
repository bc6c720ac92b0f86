-- One row per household of the day: who it is, what is asked about it, and what could not be looked at.
-- What concerns whoever pays is put to supervision and counts against no household.
create or replace temp view household_overview as
with asked as (
    select
        household_key,
        count(*) as findings,
        count(*) filter (where severity = 'urgent') as urgent_findings,
        count(*) filter (where severity = 'eligibility') as eligibility_findings,
        count(*) filter (where severity = 'amount') as amount_findings,
        count(*) filter (where severity = 'favourable') as favourable_findings,
        count(*) filter (where severity = 'question') as questions,
        count(*) filter (where severity = 'information') as information_findings
    from finding
    anti join (select rule from rule_run where concerns = 'supervision') as elsewhere using (rule)
    group by household_key
),

unseen as (
    select
        member.household_key,
        count(distinct coverage.source) as sources_not_looked_at,
        array_to_string(list_sort(list(distinct coverage.source)), ' ') as not_looked_at
    from coverage
    join member using (person_key)
    where coverage.value = 'could_not_look'
    group by member.household_key
),

queued as (
    select member.household_key, count(distinct (identity_queue.person_key, identity_queue.row_key)) as identity_questions
    from identity_queue
    join member using (person_key)
    group by member.household_key
)

select
    household.household_key,
    household.region_code,
    household.programme_code,
    household.member_count,
    household.covered_person_count,
    household.benefit_monthly_yuan,
    coalesce(asked.findings, 0) as findings,
    coalesce(asked.urgent_findings, 0) as urgent_findings,
    coalesce(asked.eligibility_findings, 0) as eligibility_findings,
    coalesce(asked.amount_findings, 0) as amount_findings,
    coalesce(asked.favourable_findings, 0) as favourable_findings,
    coalesce(asked.questions, 0) as questions,
    coalesce(asked.information_findings, 0) as information_findings,
    coalesce(queued.identity_questions, 0) as identity_questions,
    coalesce(unseen.sources_not_looked_at, 0) as sources_not_looked_at,
    coalesce(unseen.not_looked_at, '') as not_looked_at
from household
left join asked using (household_key)
left join unseen using (household_key)
left join queued using (household_key);
