-- Who may be looked at in which source. A source that rests on statute needs no signature. For the others one row must
-- stand as of the day: signed, begun, not ended, for this source or for all, and not by a child for itself
-- (under 14 a guardian decides: Personal Information Protection Law, art. 31).
create temp table authorisation_judged as
select
    signature.person_key,
    signature.scope_code,
    case
        when signature.signed_date is null or signature.signed_date > as_of then 'authorisation_not_signed'
        when coalesce(signature.valid_from_date, signature.signed_date) > as_of then 'authorisation_not_begun'
        when signature.valid_to_date < as_of then 'authorisation_lapsed'
        when signature.signer_code = 'self' and age.birth_date + interval 14 year > signature.signed_date
            then 'authorisation_signer'
    end as fault
from signed as signature
left join (select person_key, max(birth_date) as birth_date from member group by person_key) as age using (person_key),
as_of_day;

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
