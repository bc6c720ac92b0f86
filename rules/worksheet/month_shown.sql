-- Month shown: the twelve months before the month of the day, each by how many months back it lies.
select
    counted.months_back,
    make_date(counted.count_of_months // 12, counted.count_of_months % 12 + 1, 1) as first_month,
    last_day(make_date(counted.count_of_months // 12, counted.count_of_months % 12 + 1, 1)) as last_month
from (
    select
        back.months_back,
        year(as_of_day.as_of_month) * 12 + month(as_of_day.as_of_month) - 1 - back.months_back as count_of_months
    from as_of_day
    cross join (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as back (months_back)
) as counted
