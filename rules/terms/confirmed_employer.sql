-- Confirmed employer: two voices. A live fund account, opened by the person with own papers, and tax wages of the same
-- employer in enough months. Tax and contributions alone are one voice: both come from the employer's own report.
select taxed_month.household_key, taxed_month.person_key, taxed_month.employer_token
from taxed_month
join policy using (household_key)
join live_fund using (household_key, person_key, employer_token)
where taxed_month.wage_only_monthly_yuan > 0
group by taxed_month.household_key, taxed_month.person_key, taxed_month.employer_token, policy.tax_months
having count(distinct taxed_month.income_month) >= policy.tax_months
