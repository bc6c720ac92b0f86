-- Taxed month: wages and labour income of one payer in one month of the window, as filed by the payer.
-- By the month of the income, never by the month of filing; corrections of the month are summed.
select
    subject.household_key,
    subject.person_key,
    withheld_income.payer_token as employer_token,
    withheld_income.income_month,
    sum(withheld_income.income_yuan) as taxed_monthly_yuan,
    sum(withheld_income.income_yuan) filter (where withheld_income.item_code = 'wage') as wage_only_monthly_yuan,
    max(withheld_income.match_grade) as match_grade,
    array_to_string(list_sort(list(withheld_income.row_key)), ' ') as row_keys
from subject
join policy using (household_key)
join withheld_income using (person_key)
where
    withheld_income.item_code in ('wage', 'labour')
    and date_diff('month', withheld_income.income_month, subject.as_of_month) between 1 and policy.window_months
group by subject.household_key, subject.person_key, withheld_income.payer_token, withheld_income.income_month
having sum(withheld_income.income_yuan) > 0
