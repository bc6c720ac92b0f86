-- R-DEATH-01: an office recorded a death, and the household was paid for a later month with the person still counted.
with dead as (  -- the earliest recorded day counts
    select
        person_key,
        min(death_date) as death_date,
        count(distinct origin) as origin_count,
        array_to_string(list_sort(list(distinct origin)), ' ') as origins,
        max(match_grade) as match_grade,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from recorded_death
    group by person_key
),

paid as (  -- a returned payment was not drawn
    select
        subject.household_key,
        subject.person_key,
        any_value(subject.row_key) as roster_row_key,
        min(payment.payment_month) as first_paid_month,
        max(payment.payment_month) as last_paid_month,
        count(distinct payment.payment_month) as paid_month_count,
        array_to_string(list_sort(list(payment.row_key)), ' ') as row_keys
    from subject
    join policy using (household_key)
    join dead using (person_key)
    join payment using (household_key)
    where
        payment.state_code in ('paid', 'collected')
        and date_diff('month', date_trunc('month', dead.death_date), payment.payment_month)
        >= policy.payroll_cutoff_months
    group by subject.household_key, subject.person_key
)

select
    paid.household_key,
    paid.person_key,
    dead.death_date,
    dead.origin_count,
    dead.origins,
    paid.first_paid_month,
    paid.last_paid_month,
    paid.paid_month_count,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    dead.death_date as period_from,
    last_day(paid.last_paid_month) as period_to,
    case when dead.origin_count >= 2 then 'urgent' else 'eligibility' end as severity,
    dead.match_grade,
    concat_ws(' ', paid.roster_row_key, dead.row_keys, paid.row_keys) as evidence_row_keys
from paid
join dead using (person_key)
