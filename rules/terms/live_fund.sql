-- Live fund account: normal, and paid through a month fresh enough.
-- The implied wage is the person's deposit over the person's rate; its base is last year's wage.
select
    subject.household_key,
    subject.person_key,
    fund_account.employer_token,
    fund_account.paid_through_month,
    cast(fund_account.person_deposit_monthly_yuan / nullif(fund_account.person_rate, 0) as decimal(14, 2))
    as implied_wage_monthly_yuan,
    fund_account.match_grade,
    fund_account.row_key
from subject
join policy using (household_key)
join fund_account using (person_key)
where
    fund_account.account_state_code = 'normal'
    and date_diff('month', fund_account.paid_through_month, subject.as_of_month) <= policy.fund_fresh_months
