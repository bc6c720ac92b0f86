-- Written from card and cases alone. Accounts that drew for several households of the roster in one month; of such
-- months the newest; the household assisted longest stands for the account.
with arrived as (
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
        payment.account_token is not null
        and payment.state_code in ('paid', 'collected')
        and payment.payment_month
        > as_of_day.as_of_month - to_months(cast(policy.shared_account_months as integer))
),

shared as (
    select
        account_token,
        payment_month,
        count(distinct household_key) as household_count,
        string_agg(distinct household_key, ' ' order by household_key) as household_keys,
        string_agg(row_key, ' ') as row_keys
    from arrived
    group by account_token, payment_month
    having count(distinct household_key) >= max(shared_account_households)
    qualify payment_month = max(payment_month) over (partition by account_token)
)

select
    arrived.household_key,
    null as person_key,
    shared.account_token,
    shared.household_count,
    shared.household_keys,
    shared.payment_month,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    shared.payment_month as period_from,
    last_day(shared.payment_month) as period_to,
    'urgent' as severity,
    'A' as match_grade,
    shared.row_keys as evidence_row_keys
from shared
join arrived using (account_token, payment_month)
qualify row_number() over (
    partition by shared.account_token order by arrived.approved_date, arrived.household_key
) = 1
