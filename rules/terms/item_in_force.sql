-- In force: what the household declared and has neither ended before this month nor begun after it.
select
    declared_item.household_key,
    declared_item.person_key,
    declared_item.item_code,
    declared_item.amount_monthly_yuan,
    declared_item.plate_token,
    declared_item.row_key
from declared_item
cross join as_of_day
where
    coalesce(declared_item.from_month <= as_of_day.as_of_month, true)
    and coalesce(declared_item.to_month >= as_of_day.as_of_month, true)
