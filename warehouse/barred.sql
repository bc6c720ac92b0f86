-- Who may not be looked at in which source, and why. A source that rests on statute needs no signature. For the others
-- one signature without a fault must stand, for this source or for all.
create temp table barred as
with signature as (
    select person_key, scope_code, min(coalesce(fault, '')) as fault
    from authorisation_judged
    group by person_key, scope_code
),

asked as (
    select person.person_key, card.source
    from person
    anti join (select person_key from signature where scope_code = 'all' and fault = '') as free using (person_key)
    cross join card
    where card.rests_on <> 'statute'
),

best as (
    select asked.person_key, asked.source, min(signature.fault) as fault
    from asked
    left join signature
        on signature.person_key = asked.person_key and signature.scope_code in ('all', asked.source)
    group by asked.person_key, asked.source
)

select person_key, source, coalesce(fault, 'no_authorisation') as reason
from best
where fault is distinct from '';
