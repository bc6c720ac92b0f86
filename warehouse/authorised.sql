-- Who may be looked at in which source. A source that rests on statute needs no signature. For the others one signature
-- without a fault must stand, for this source or for all.
create temp table authorised as
with signature as (
    select person_key, scope_code, min(coalesce(fault, '')) as fault
    from authorisation_judged
    group by person_key, scope_code
),

asked as (
    select person.person_key, card.source, card.rests_on
    from person, card
),

best as (
    select asked.person_key, asked.source, asked.rests_on, min(signature.fault) as fault
    from asked
    left join signature
        on signature.person_key = asked.person_key and signature.scope_code in ('all', asked.source)
    group by asked.person_key, asked.source, asked.rests_on
)

select
    person_key,
    source,
    case
        when rests_on = 'statute' then null
        when fault is null then 'no_authorisation'
        when fault <> '' then fault
    end as reason
from best;
