-- Taxed total: one person's month over all payers, and the part of it paid by confirmed employers.
select
    taxed_month.household_key,
    taxed_month.person_key,
    taxed_month.income_month,
    sum(taxed_month.taxed_monthly_yuan) as all_monthly_yuan,
    sum(taxed_month.taxed_monthly_yuan) filter (where confirmed_employer.employer_token is not null)
    as confirmed_monthly_yuan,
    count(*) = count(confirmed_employer.employer_token) as wholly_confirmed,
    max(taxed_month.match_grade) as match_grade,
    array_to_string(list_sort(list(taxed_month.row_keys)), ' ') as row_keys
from taxed_month
left join confirmed_employer using (household_key, person_key, employer_token)
group by taxed_month.household_key, taxed_month.person_key, taxed_month.income_month
