-- A slot is one period of one feed: what has been delivered for it as of the day, and if nothing may be read, why.
-- Monthly chains run from the first month the feed ever delivered to the last one it owes or has sent; raw files older
-- than two years are gone, so cells end there. A snapshot has one slot, the latest accepted one.
create temp table chain_month as
with reach as (
    select
        source,
        greatest(min(period_month), as_of_month - interval 24 month) as first_month,
        max(period_month) as last_sent_month
    from run_delivery, as_of_day
    where period_month is not null and period_month <= as_of_month
    group by source, as_of_month
),

owed as (
    select
        card.source,
        reach.first_month,
        reach.last_sent_month,
        as_of_month - to_months(
            case when as_of >= as_of_month + to_days(coalesce(card.expected_by_day, 31) - 1) then 1 else 2 end
        ) as last_owed_month
    from card
    join reach using (source), as_of_day
    where card.kind = 'delta'
)

select source, cast(unnest(generate_series(first_month, greatest(last_owed_month, last_sent_month), interval 1 month)) as date) as month
from owed;

create temp table slot as
with part as (
    select source, period_month, part, bool_or(used) as used, min(case when not used then state end) as state
    from run_delivery
    where period_month is not null and (used or state <> 'accepted')  -- a corrected saying no longer counts
    group by source, period_month, part
),

sent as (
    select
        source,
        period_month as month,
        bool_and(used) and count(case when part <> '' then 1 end)
            >= coalesce(max(try_cast(regexp_extract(part, 'of([0-9]+)$', 1) as integer)), 0) as whole,
        bool_and(used) as part_missing,
        min(case when not used then state end) as state
    from part
    group by source, period_month
),

last_used as (
    select source, max(period_month) as month from run_delivery where used group by source
),

chain as (
    select
        chain_month.source,
        chain_month.month,
        case
            when sent.whole then null
            when sent.state in ('refused', 'held', 'paused') then 'delivery_' || sent.state
            when sent.part_missing then 'part_not_delivered'
            when sent.month is not null then 'delivery_not_accepted'
            when feed_health.state = 'paused' then 'feed_paused'
            when chain_month.month < last_used.month then 'gap_in_chain'
            else 'not_delivered'
        end as reason
    from chain_month
    left join sent using (source, month)
    left join last_used using (source)
    left join feed_health using (source)
),

snapshot as (
    select
        card.source,
        cast(date_trunc('month', coalesce(latest.as_of, as_of_day.as_of)) as date) as month,
        case
            when latest.as_of is null and newest.state in ('refused', 'held', 'paused') then 'delivery_' || newest.state
            when latest.as_of is null and feed_health.state = 'paused' then 'feed_paused'
            when latest.as_of is null then 'not_delivered'
            when date_diff('day', latest.as_of, as_of_day.as_of) > card.max_age_days then 'snapshot_too_old'
        end as reason
    from card
    left join (select source, max(as_of) as as_of from run_delivery where used group by source) as latest using (source)
    left join (
        select source, arg_max(state, (landed_at, delivery_id)) as state from run_delivery where not used group by source
    ) as newest using (source)
    left join feed_health using (source),
    as_of_day
    where card.kind = 'snapshot'
)

select slot.source, slot.month, slot.reason, coalesce(feed_health.state = 'paused', false) as feed_paused
from (from chain union all from snapshot) as slot
left join feed_health using (source);
