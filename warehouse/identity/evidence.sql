-- What one pair offers for scoring, in memory only. A day or sex read out of a number says nothing new beside that number
-- when the numbers are near; a near number holds region, birth and sequence and so counts as two fields beside the name.
create table offered as
with near as (
    select *, damerau_levenshtein(number_subject, number_row) <= 4 as numbers_near from pair
),

plain as (
    select * replace (
        case when birth_given_subject and birth_given_row or not coalesce(numbers_near, false) then birth_row end as birth_row,
        case when sex_given_subject and sex_given_row or not coalesce(numbers_near, false) then sex_row end as sex_row
    )
    from near
)

select
    *,
    case when numbers_near then 2 when numbers_near is null then 0 else 1 end
    + case when birth_subject is not null and birth_row is not null then 1 else 0 end
    + case when sex_subject is not null and sex_row is not null then 1 else 0 end
    + case when address_subject is not null and address_row is not null then 1 else 0 end as fields_beside_name
from plain;
