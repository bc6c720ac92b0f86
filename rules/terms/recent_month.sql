-- Recent month: the month of the day and the twelve before it, each with how many months back it lies.
select
    months_back,
    make_date(count_of_months // 12, count_of_months % 12 + 1, 1) as month
from (
    select
        counted.months_back,
        year(as_of_day.as_of_month) * 12 + month(as_of_day.as_of_month) - 1 - counted.months_back as count_of_months
    from as_of_day
    cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as counted (months_back)
) as counted_month
