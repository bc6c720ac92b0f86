-- Own statement: what a counted person declared for each month of the window. A yearly sum states no month.
-- An item that names nobody of the household keeps an empty person: whose it is must be asked.
select
    declared_item.household_key,
    declared_item.person_key,
    declared_item.item_code,
    window_month.months_back,
    sum(declared_item.amount_monthly_yuan) as declared_monthly_yuan,
    array_to_string(list_sort(list(declared_item.row_key)), ' ') as row_keys
from declared_item
join policy using (household_key)
cross join as_of_day
join (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as window_month (months_back)
    on window_month.months_back <= policy.income_window_months
    and coalesce(
        date_diff('month', declared_item.from_month, as_of_day.as_of_month) >= window_month.months_back, true
    )
    and coalesce(date_diff('month', declared_item.to_month, as_of_day.as_of_month) <= window_month.months_back, true)
left join unit using (household_key, person_key)
where
    declared_item.item_code not in ('vehicle', 'severance')
    and declared_item.amount_monthly_yuan > 0
    and (unit.person_key is not null or declared_item.person_key is null)
group by
    declared_item.household_key, declared_item.person_key, declared_item.item_code, window_month.months_back
