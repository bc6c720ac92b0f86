-- Held vehicle: registered to the subject, still on the road by its letters, and of a class that counts.
-- Status is a set of letters: transferred out (B), stolen (C), deregistered (E), scrapped (M, P) are gone; every other
-- letter, and none, is held. Long without inspection, or with a recycler's paper, it was probably scrapped: a man in
-- Changzhou lost his benefit in 2013 over a car given to a repair shop as scrap seven years before.
select
    subject.household_key,
    subject.person_key,
    subject.row_key as roster_row_key,
    subject.approved_date,
    subject.as_of,
    vehicle.use_code,
    vehicle.plate_class_code,
    vehicle.first_registered_date,
    vehicle.plate_token,
    vehicle.match_grade,
    vehicle.row_key,
    vehicle.use_code in ('taxi', 'passenger', 'freight', 'rental', 'ride_hailing') as commercial,
    coalesce(vehicle.scrap_trail, false)
    or coalesce(
        vehicle.status_letters like '%Q%'
        and (
            date_diff('month', date_trunc('month', vehicle.inspection_valid_to_date), subject.as_of_month)
            > policy.scrap_trail_months
            or (
                date_diff('month', date_trunc('month', vehicle.inspection_valid_to_date), subject.as_of_month)
                = policy.scrap_trail_months
                and day(vehicle.inspection_valid_to_date) < day(subject.as_of)
            )
        ),
        false  -- without a day of inspection nothing says how long ago
    ) as probably_scrapped
from subject
join policy using (household_key)
join vehicle using (person_key)
where
    not regexp_matches(coalesce(vehicle.status_letters, ''), '[BCEMP]')
    and vehicle.use_code <> 'disabled_vehicle'
    and ' ' || policy.vehicle_exempt_classes || ' ' not like '% ' || vehicle.plate_class_code || ' %'
    and coalesce(vehicle.price_yuan > policy.vehicle_price_limit_yuan, true)
