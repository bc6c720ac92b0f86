-- R-PAY-ACCT-01: one account drew the benefits of several households in one month. It concerns whoever pays, not them.
with drawn as (
    select
        payment.account_token,
        payment.payment_month,
        payment.household_key,
        payment.row_key,
        household.approved_date,
        policy.shared_account_households
    from payment
    join household using (household_key)
    join policy using (household_key)
    cross join as_of_day
    where
        payment.state_code in ('paid', 'collected')
        and date_diff('month', payment.payment_month, as_of_day.as_of_month) < policy.shared_account_months
),

counted as (
    select
        account_token,
        payment_month,
        count(distinct household_key) as household_count,
        array_to_string(list_sort(list(distinct household_key)), ' ') as household_keys,
        array_to_string(list_sort(list(row_key)), ' ') as row_keys
    from drawn
    group by account_token, payment_month
),

-- The household assisted longest stands for the account: evidence must be somebody's.
longest as (
    select account_token, payment_month, household_key, shared_account_households
    from drawn
    qualify row_number() over (
        partition by account_token, payment_month order by approved_date, household_key
    ) = 1
)

select
    longest.household_key,
    null as person_key,
    counted.account_token,
    counted.payment_month,
    counted.household_count,
    counted.household_keys,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    counted.payment_month as period_from,
    last_day(counted.payment_month) as period_to,
    'urgent' as severity,
    'A' as match_grade,  -- roster and payroll name the same cases
    counted.row_keys as evidence_row_keys
from counted
join longest using (account_token, payment_month)
where counted.household_count >= longest.shared_account_households
qualify row_number() over (partition by counted.account_token order by counted.payment_month desc) = 1
