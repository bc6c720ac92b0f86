"""A whole world drawn by chance at the size of a district or a city."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from world import households as drawn_households
from world.chance import Ints, Mask, days, some_of, stream
from world.employers import employers
from world.lives import awards, benefits, businesses, cases, events, modest, office, pensions, upkeep, vehicles, work
from world.lives.declarations import authorisations, declarations
from world.lives.lives import Lives
from world.population import ages_in_days, birth_days, community_frame, residents, with_namesakes
from world.scales import Scale


def drawn_lives(scale: Scale, seed: int) -> Lives:
    """Recipients first, then all other residents; the same scale and seed give the same lives."""
    members = drawn_households.drawn_members(scale, seed)
    chance = stream(seed, "residents' places")
    others = scale.residents - len(members)
    age_days = np.concatenate([members["age_days"].to_numpy(), ages_in_days(chance, others)])
    woman = np.concatenate([members["woman"].to_numpy(), chance.random(others) < 0.5])
    communities = community_frame(scale)
    household_place = chance.integers(0, len(communities), scale.households)
    home = members["household"].to_numpy()
    place = np.concatenate([household_place[home], chance.integers(0, len(communities), others)])
    hukou_household = np.concatenate([home, scale.households + np.arange(others) // 3])
    people = residents(scale, seed, birth_days(age_days), woman, hukou_household, place)
    people = with_namesakes(people, seed, len(members), scale.count(400))
    region_code = communities["region_code"].gather(household_place)
    return _lived(scale, seed, _classed(seed, members), people, communities, region_code, age_days, woman)


def _classed(seed: int, members: pl.DataFrame) -> pl.DataFrame:
    chance = stream(seed, "person classes")
    count = len(members)
    single = members.select(pl.len().over("household") > 1).to_series().to_numpy() & (
        members["household"].to_numpy() % 17 == 3
    )
    head = (members["relation_code"] == "head").to_numpy()
    return members.with_columns(
        person=pl.Series(np.arange(count, dtype=np.uint32)),
        person_class_code=drawn_households.person_class(members, chance),
        covered=pl.Series(~single | head),
        **_not_counted(single & ~head & (members["age_days"] > 18 * 365.25).to_numpy()),
        ledger_damage=pl.lit(None, dtype=pl.String),
        corrected=pl.Series(
            np.isin(np.arange(count), some_of(chance, np.ones(count, dtype=np.bool_), max(3, count // 900)))
        ),
    )


def _not_counted(able: Mask) -> dict[str, pl.Expr | pl.Series]:
    """A few grown persons stand on the case and are no members of the unit, as the office itself noted."""
    reasons = ("clergy", "missing", "prison", "detox", "conscript")
    chosen = [
        reasons[place // 13 % len(reasons)] if able[place] and place % 13 == 4 else None for place in range(len(able))
    ]
    since = [
        None if reason is None else date(2019 + place % 6, 1 + place % 12, 5) for place, reason in enumerate(chosen)
    ]
    return {
        "not_counted_code": pl.Series(chosen, dtype=pl.String),
        "not_counted_since_date": pl.Series(since, dtype=pl.Date),
    }


def _lived(
    scale: Scale,
    seed: int,
    members: pl.DataFrame,
    people: pl.DataFrame,
    communities: pl.DataFrame,
    region_code: pl.Series,
    age_days: Ints,
    woman: Mask,
) -> Lives:
    recipients = len(members)
    case = drawn_households.newcomers(seed, drawn_households.cases(seed, members, region_code), scale.count(160))
    approved_by_household = case["approved_date"].to_physical().to_numpy().astype(np.int64)
    home = members["household"].to_numpy()
    approved = approved_by_household[home]
    mine, theirs = slice(0, recipients), slice(recipients, None)
    places_of_work = work.Workplaces(scale.residents // 60, max(14, scale.residents // 2500))
    free = (members["person_class_code"] != "student").to_numpy() & (approved < days(date(2025, 12, 1)))
    jobs = work.recipients_jobs(scale, seed, age_days[mine], free, places_of_work)
    employed = _mask(recipients, jobs)
    pension = pensions.recipients_pensions(scale, seed, age_days[mine], woman[mine], home, free & ~employed)
    pension = benefits.some_stopped(scale, seed, pension)
    alone = members.select(pl.len().over("household") == 1).to_series().to_numpy()
    death = events.recipients_deaths(scale, seed, age_days[mine], alone, free & ~employed)
    region = region_code.gather(home)
    move = events.recipients_moves(
        scale,
        seed,
        age_days[mine],
        members["person_class_code"],
        region,
        (approved < days(date(2025, 7, 1))) & ~_mask(recipients, death),
    )
    unmoved = (approved < days(date(2025, 7, 1))) & ~_mask(recipients, death) & ~_mask(recipients, move)
    later = events.later_moves(scale, seed, age_days[mine], members["person_class_code"], region, unmoved)
    move = pl.concat([move, later])
    trade = businesses.recipients_businesses(
        scale, seed, age_days[mine], home, free & ~employed & ~_mask(recipients, death)
    )
    cars = vehicles.recipients_vehicles(scale, seed, age_days[mine], approved, free & ~_mask(recipients, death))
    members = members.with_columns(
        covered=pl.col("covered")
        & ~pl.col("person").is_in(death.filter(pl.col("after") == "uncovered")["person"].to_list())
    )
    case = upkeep.kept(scale, seed, cases.with_case_events(scale, seed, case, death, members, jobs))
    members = pl.concat([members, cases.second_memberships(scale, seed, members, case)])
    units = office.units(members, death)
    unemployment = _unemployment(scale, seed, age_days, jobs)
    other_region = communities["region_code"].gather(people["place"][recipients:].to_numpy())
    cars = vehicles.with_plates(pl.concat([cars, vehicles.others_vehicles(seed, age_days[theirs], recipients)]), seed)

    def told(jobs: pl.DataFrame, pension: pl.DataFrame, trade: pl.DataFrame) -> pl.DataFrame:
        mine = cars.filter(pl.col("person") < recipients)
        items = declarations(seed, jobs, pension, mine, trade, recipients)
        return pl.concat([items, benefits.declared_benefits(seed, unemployment, recipients)], how="diagonal")

    rooms = office.room(units, case)
    before = office.stated(told(jobs, pension, trade), members, case)
    jobs, pension, trade = modest.modest(seed, rooms, before, jobs, pension, trade)
    declared = told(jobs, pension, trade)
    unheeded = jobs.filter(pl.col("exit_until_date").is_not_null() & ~pl.col("fits")).select("person")
    case = awards.awarded(case, units, office.stated(declared, members, case), unheeded)
    case = awards.miscounted(scale, seed, case, units)
    trade = businesses.with_codes(
        pl.concat([trade, businesses.others_businesses(seed, age_days[theirs], recipients)]), seed
    )
    others_death = events.others_deaths(seed, age_days[theirs], recipients)
    known = members.join(case.select("household", "approved_date"), on="household", maintain_order="left")
    return Lives(
        recipients=recipients,
        people=people,
        communities=communities,
        households=case,
        members=members,
        employers=employers(seed, places_of_work.companies, places_of_work.institutions),
        jobs=pl.concat([jobs, work.others_jobs(seed, age_days[theirs], recipients, places_of_work)]),
        pensions=pensions.ended_by_death(
            pl.concat([pension, pensions.others_pensions(seed, age_days[theirs], woman[theirs], recipients)]),
            pl.concat([death, others_death]),
        ),
        vehicles=cars,
        businesses=trade,
        deaths=pl.concat([death, others_death]),
        moves=pl.concat([move, events.others_moves(seed, age_days[theirs], other_region, recipients)]),
        unemployment=unemployment,
        declarations=declared,
        authorisations=authorisations(seed, known),
        mistaken_cremations=_mistaken(scale, seed, others_death, members, death),
    )


def _mask(count: int, chosen: pl.DataFrame) -> Mask:
    mask = np.zeros(count, dtype=np.bool_)
    mask[chosen["person"].to_numpy()] = True
    return mask


def _unemployment(scale: Scale, seed: int, age_days: Ints, jobs: pl.DataFrame) -> pl.DataFrame:
    chance = stream(seed, "unemployment benefit")
    able = (age_days > 25 * 365.25) & (age_days < 58 * 365.25)
    able[jobs["person"].to_numpy()] = False
    chosen = some_of(chance, able, scale.count(1800))
    start = chance.integers(0, 9, len(chosen))
    return pl.DataFrame(
        {
            "person": chosen.astype(np.uint32),
            "amount_monthly_yuan": chance.integers(145, 172, len(chosen)) * 10.0,
            "start_month": pl.Series(
                [date(2025, 7 + place, 1) if place < 6 else date(2026, place - 5, 1) for place in start]
            ),
            "end_month": pl.Series(
                [date(2026, 7 + place % 6, 1) if place % 4 else date(2026, 3, 1) for place in start]
            ),
        }
    )


def _mistaken(
    scale: Scale, seed: int, others_death: pl.DataFrame, members: pl.DataFrame, death: pl.DataFrame
) -> pl.DataFrame:
    chance = stream(seed, "mistaken cremations")
    dead = others_death.filter("in_cremation")["person"].to_numpy()
    living = (
        ~_mask(int(members["person"].n_unique()), death)
        & (members["age_days"].head(members["person"].n_unique()) > 55 * 365.25).to_numpy()
    )
    count = min(scale.count(48), len(dead))
    return pl.DataFrame(
        {
            "person": np.sort(chance.choice(dead, size=count, replace=False)),
            "recorded_person": some_of(chance, living, count).astype(np.uint32),
        }
    )
