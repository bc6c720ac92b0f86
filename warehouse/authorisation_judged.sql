-- What is wrong with each signature as of the day, if anything: it must be signed, begun, not ended, and not by a child
-- for itself
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
