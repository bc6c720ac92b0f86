-- Three values per person, source, fact and month: found, none, could_not_look.
-- Found is a row that may carry a finding. None is said only when nothing stood in the way of finding one.
create temp table cell as
select
    slot.source,
    card_fact.fact,
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
select match.person_key, match.source, run_delivery.slot_month, min(match.cloud) as reason
from match
join run_delivery using (delivery_id)
where match.cloud is not null
group by all;

create table coverage as
select
    person.person_key,
    cell.source,
    cell.fact,
    cell.month,
    case
        when found_cell.person_key is not null then 'found'
        when hindrance.reason is null then 'none'
        else 'could_not_look'
    end as value,
    case
        when found_cell.person_key is not null then null
        when hindrance.reason is not null then hindrance.reason
        when excluded.verdict_by is not null then 'excluded_by_verdict:' || excluded.verdict_by
    end as reason
from person
cross join cell
left join authorised on authorised.person_key = person.person_key and authorised.source = cell.source
left join found_cell
    on found_cell.person_key = person.person_key and found_cell.source = cell.source
    and found_cell.fact = cell.fact and found_cell.slot_month = cell.delivered_month
left join unsearched
    on unsearched.person_key = person.person_key and unsearched.source = cell.source
    and unsearched.slot_month = cell.delivered_month
left join clouded
    on clouded.person_key = person.person_key and clouded.source = cell.source
    and clouded.slot_month = cell.delivered_month
left join excluded
    on excluded.person_key = person.person_key and excluded.source = cell.source
    and excluded.slot_month = cell.delivered_month,
lateral (
    select coalesce(
        authorised.reason,
        cell.reason,
        case when cell.feed_paused then 'feed_paused' end,
        case when not starts_with(coalesce(person.region_code, ''), cell.region_prefix) then 'region_not_covered' end,
        unsearched.reason,
        case when not person.number_usable and not cell.by_household then 'no_usable_number' end,
        clouded.reason
    ) as reason
) as hindrance;
