-- Insured month: a pension contribution an employer paid for a month of the window.
-- By the month the payment belongs to, never by the month it was settled: back-payment is not a new job.
select
    subject.household_key,
    subject.person_key,
    contribution.insurance_code,
    contribution.employer_token,
    contribution.belonging_month,
    max(contribution.wage_monthly_yuan) as wage_monthly_yuan,
    max(contribution.match_grade) as match_grade,
    array_to_string(list_sort(list(contribution.row_key)), ' ') as row_keys
from subject
join policy using (household_key)
join contribution using (person_key)
where
    contribution.insurance_code in ('employee_pension', 'institution_pension')
    and contribution.payer_code = 'employer'
    and contribution.state_code = 'paying'
    and contribution.pay_kind_code in ('normal', 'back_pay')
    and contribution.paid
    and date_diff('month', contribution.belonging_month, subject.as_of_month) between 1 and policy.window_months
group by
    subject.household_key, subject.person_key, contribution.insurance_code, contribution.employer_token,
    contribution.belonging_month
