-- Three values per person, source, fact and month: found, none, could_not_look.
-- Found is a row that may carry a finding. None is said only when nothing stood in the way of finding one.
-- A city has ten million cells: persons and cells are numbered in the order of their keys, words stand as enumerations,
-- and only the few cells that are not a plain none are written down before all are laid out.
create type coverage_source as enum (select source from card order by source);
create type coverage_fact as enum (select distinct fact from card_fact order by fact);
create type coverage_value as enum ('could_not_look', 'found', 'none');

create temp table cell as
select
    row_number() over (order by slot.source, card_fact.fact, slot.month) - 1 as cell_number,
    cast(slot.source as coverage_source) as source,
    cast(card_fact.fact as coverage_fact) as fact,
    cast(slot.month - to_months(case when card.kind = 'delta' then card_fact.lag_months else 0 end) as date) as month,
    slot.month as delivered_month,
    slot.reason,
    slot.feed_paused,
    card.region_prefix,
    card.by_household
from slot
join card using (source)
join card_fact using (source);

-- Deliveries that were never searched for a person. Most deliveries were searched for the same lists, so lists are compared once.
create temp table searched_lists as
select delivery_id, cast(list_sort(list(distinct subject_set)) as varchar) as lists
from delivery_subject_set
group by delivery_id;

create temp table unsearched as
with reached as (
    select distinct searched_lists.lists, subject.person_key
    from (select lists, any_value(delivery_id) as delivery_id from searched_lists group by lists) as searched_lists
    join delivery_subject_set using (delivery_id)
    join subject using (subject_set)
),

missed as (
    select lists.lists, person.person_key
    from (select distinct lists from searched_lists) as lists
    cross join person
    anti join reached on reached.lists = lists.lists and reached.person_key = person.person_key
)

select person_key, source, slot_month, max(unsearched_reason) as reason
from (
    select missed.person_key, delivery.source, delivery.slot_month, delivery.unsearched_reason
    from missed
    join searched_lists using (lists)
    join used_delivery as delivery using (delivery_id)
    union all
    select person.person_key, delivery.source, delivery.slot_month, delivery.unsearched_reason
    from used_delivery as delivery
    anti join searched_lists using (delivery_id)
    cross join person
)
group by person_key, source, slot_month;

-- Rows that could be the person's and may not be used: refused by a check, or waiting for people to look.
create temp table clouded as
select doubtful.person_key, doubtful.source, run_delivery.slot_month, min(doubtful.cloud) as reason
from doubtful
join run_delivery using (delivery_id)
where doubtful.cloud is not null
group by all;

create temp table numbered as
select *, person_number * (select count(*) from cell) as first_place
from (select row_number() over (order by person_key) - 1 as person_number, person.* from person);

-- A place is one cell of one person, counted person by person.
create temp table found_place as
select numbered.first_place + cell.cell_number as place
from found_cell
join numbered using (person_key)
join cell on cell.source = found_cell.source and cell.fact = found_cell.fact and cell.delivered_month = found_cell.slot_month;

-- What stood in the way at a place, the first of these; a verdict that took a row out is told beside a none.
create temp table hindrance as
with hindered as (
    select numbered.first_place + cell.cell_number as place, 1 as rank, barred.reason
    from barred join numbered using (person_key) join cell using (source)
    union all
    select numbered.first_place + cell.cell_number, 2, coalesce(cell.reason, 'feed_paused')
    from numbered cross join cell
    where cell.reason is not null or cell.feed_paused
    union all
    select numbered.first_place + cell.cell_number, 3, 'region_not_covered'
    from numbered cross join cell
    where cell.region_prefix is not null and not starts_with(coalesce(numbered.region_code, ''), cell.region_prefix)
    union all
    select numbered.first_place + cell.cell_number, 4, unsearched.reason
    from unsearched join numbered using (person_key)
    join cell on cell.source = unsearched.source and cell.delivered_month = unsearched.slot_month
    union all
    select numbered.first_place + cell.cell_number, 5, 'no_usable_number'
    from numbered cross join cell
    where not numbered.number_usable and not cell.by_household
    union all
    select numbered.first_place + cell.cell_number, 6, clouded.reason
    from clouded join numbered using (person_key)
    join cell on cell.source = clouded.source and cell.delivered_month = clouded.slot_month
    union all
    select numbered.first_place + cell.cell_number, 7, 'excluded_by_verdict:' || excluded.verdict_by
    from excluded join numbered using (person_key)
    join cell on cell.source = excluded.source and cell.delivered_month = excluded.slot_month
)

select place, min(rank) <= 6 as could_not_look, arg_min(reason, rank) as reason
from hindered
anti join found_place using (place)
where reason is not null
group by place;

create type coverage_reason as enum (
    select 'not_delivered' as reason union select reason from hindrance order by reason
);

create temp table told as
select place, cast('found' as coverage_value) as value, cast(null as coverage_reason) as reason from found_place
union all
select
    place,
    cast(case when could_not_look then 'could_not_look' else 'none' end as coverage_value),
    cast(reason as coverage_reason)
from hindrance;

-- The length of the range must be known when the statement is planned: else the engine joins the other way round.
set variable cells = (select count(*) from cell);
set variable places = getvariable('cells') * (select count(*) from numbered);

create table coverage as
select
    numbered.person_key,
    cell.source,
    cell.fact,
    cell.month,
    coalesce(told.value, 'none') as value,
    told.reason
from range(getvariable('places')) as every (place)
join numbered on numbered.person_number = every.place // getvariable('cells')
join cell on cell.cell_number = every.place % getvariable('cells')
left join told on told.place = every.place;
