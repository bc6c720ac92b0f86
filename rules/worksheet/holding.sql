-- Holdings: vehicles of counted persons that are still theirs by the letters of the register. What a class, a use, a
-- price, a number or a scrap trail exempts counts for nothing; a vehicle the household disclosed is known; any other asks.
with held as (
    select
        unit.household_key,
        unit.person_key,
        vehicle.*exclude (person_key),
        vehicle.use_code in ('taxi', 'passenger', 'freight', 'rental', 'ride_hailing') as commercial,
        ' ' || policy.vehicle_exempt_classes || ' ' like '% ' || vehicle.plate_class_code || ' %' as exempt_class,
        vehicle.use_code = 'disabled_vehicle' as exempt_use,
        coalesce(vehicle.price_yuan <= policy.vehicle_price_limit_yuan, false) as exempt_price,
        coalesce(vehicle.scrap_trail, false)
        or coalesce(
            vehicle.status_letters like '%Q%'
            and (
                date_diff('month', date_trunc('month', vehicle.inspection_valid_to_date), unit.as_of_month)
                > policy.scrap_trail_months
                or (
                    date_diff('month', date_trunc('month', vehicle.inspection_valid_to_date), unit.as_of_month)
                    = policy.scrap_trail_months
                    and day(vehicle.inspection_valid_to_date) < day(as_of_day.as_of)
                )
            ),
            false
        ) as probably_scrapped,
        policy.vehicle_limit_count,
        policy.vehicle_livelihood_exempt
    from unit
    join policy using (household_key)
    join vehicle using (person_key)
    cross join as_of_day
    where not regexp_matches(coalesce(vehicle.status_letters, ''), '[BCEMP]')
),

disclosed as (
    select distinct household_key, plate_token
    from declared_item
    where item_code = 'vehicle' and plate_token is not null
),

counting as (
    select
        *,
        not (coalesce(exempt_class, false) or coalesce(exempt_use, false) or exempt_price or probably_scrapped) as counts
    from held
),

ranked as (
    select
        *,
        case when counts then count(*) filter (where counts) over (partition by household_key) end as holding_count,
        case
            when counts
                then row_number() over (partition by household_key, counts order by first_registered_date, row_key)
        end as place
    from counting
)

select
    ranked.household_key,
    ranked.person_key,
    'holding' as kind_code,
    'vehicle' as item_code,
    ranked.first_registered_date as period_from,
    as_of_day.as_of as period_to,
    'once' as period_code,
    2 as evidence_level,
    ranked.price_yuan as raw_yuan,
    case
        when not ranked.counts then 'exemption'
        when ranked.place <= ranked.vehicle_limit_count then 'exemption'
        when ranked.vehicle_livelihood_exempt = 1 and ranked.commercial and ranked.holding_count = 1 then 'exemption'
        when disclosed.plate_token is not null then 'disclosed'
        else 'question_only'
    end as treatment_code,
    'vehicle_exempt_classes vehicle_price_limit_yuan vehicle_limit_count vehicle_livelihood_exempt scrap_trail_months'
    as parameter_names,
    null as counted_yuan,
    ranked.row_key as evidence_row_keys
from ranked
cross join as_of_day
left join disclosed using (household_key, plate_token)
