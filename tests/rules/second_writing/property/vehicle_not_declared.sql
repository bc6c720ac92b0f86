-- Written from card and cases alone. Which vehicles count, less the plates the household declared, person by person.
with counting as (
    select
        subject.household_key,
        subject.person_key,
        subject.row_key as roster_row_key,
        subject.as_of,
        vehicle.first_registered_date,
        vehicle.match_grade,
        vehicle.row_key,
        coalesce(vehicle.scrap_trail, false)
        or coalesce(
            contains(vehicle.status_letters, 'Q')
            and vehicle.inspection_valid_to_date
            < subject.as_of - to_months(cast(policy.scrap_trail_months as integer)),
            false
        ) as gone_perhaps
    from subject
    join policy using (household_key)
    join vehicle using (person_key)
    where
        translate(coalesce(vehicle.status_letters, ''), 'BCEMP', '') = coalesce(vehicle.status_letters, '')
        and not list_contains(string_split(policy.vehicle_exempt_classes, ' '), vehicle.plate_class_code)
        and vehicle.use_code not in ('taxi', 'passenger', 'freight', 'rental', 'ride_hailing', 'disabled_vehicle')
        and (vehicle.price_yuan is null or vehicle.price_yuan > policy.vehicle_price_limit_yuan)
        and coalesce(vehicle.first_registered_date < subject.approved_date, true)
        and not exists (
            select 1
            from declared_item
            where
                declared_item.household_key = subject.household_key
                and declared_item.item_code = 'vehicle'
                and declared_item.plate_token = vehicle.plate_token
                and coalesce(declared_item.from_month, subject.as_of_month) <= subject.as_of_month
                and coalesce(declared_item.to_month, subject.as_of_month) >= subject.as_of_month
        )
)

select
    household_key,
    person_key,
    count(*) as vehicle_count,
    max(first_registered_date) as newest_registered_date,
    null as declared_yuan,
    null as found_yuan,
    null as amount_period,
    any_value(as_of) as period_from,
    any_value(as_of) as period_to,
    if(bool_and(gone_perhaps), 'information', 'question') as severity,
    max(match_grade) as match_grade,
    any_value(roster_row_key) || ' ' || string_agg(row_key, ' ') as evidence_row_keys
from counting
group by household_key, person_key
