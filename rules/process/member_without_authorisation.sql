-- R-PROC-03: no authorisation of this member is in force, so nothing that rests on consent may be looked at for them.
-- What a child signed for itself is none: under 14 a guardian decides (Personal Information Protection Law, art. 31).
-- A sheet that may be theirs and waits in the identity queue is not a missing sheet.
with born as (
    select person_key, max(year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date)) as birth_number
    from member
    group by person_key
),

signed as (
    select *, year(signed_date) * 10000 + month(signed_date) * 100 + day(signed_date) as signed_number
    from authorisation
),

in_force as (
    select signed.person_key
    from signed
    left join born using (person_key)
    cross join as_of_day
    where
        signed.signed_date <= as_of_day.as_of
        and coalesce(signed.valid_from_date <= as_of_day.as_of, true)
        and coalesce(signed.valid_to_date >= as_of_day.as_of, true)
        and coalesce(signed.signer_code <> 'self' or born.birth_number <= signed.signed_number - 140000, true)
),

looked as (
    select person_key
    from coverage
    where source = 'authorisation'
    group by person_key
    having bool_and(value in ('found', 'none'))
),

sheet as (
    select
        person_key,
        max(valid_to_date) as last_valid_date,
        max(match_grade) as match_grade,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from authorisation
    group by person_key
)

select
    subject.household_key,
    subject.person_key,
    case when sheet.person_key is null then 'none' else 'not_in_force' end as sheet_code,
    sheet.last_valid_date,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    subject.as_of_month as period_from,
    subject.as_of as period_to,
    'question' as severity,
    coalesce(sheet.match_grade, 'A') as match_grade,  -- without a sheet the roster alone speaks
    concat_ws(' ', subject.row_key, sheet.row_keys) as evidence_row_keys
from subject
join looked using (person_key)
anti join in_force using (person_key)
left join sheet using (person_key)
