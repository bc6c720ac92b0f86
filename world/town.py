"""The invented town: about fifty recipient households, one story each (`town.yml`), and a hundred other residents."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from world.calendar import AS_OF, months_between
from world.chance import Ints, Mask, days, stream
from world.employers import employers
from world.households import cases
from world.lives import awards, benefits, businesses, events, office, pensions, told, upkeep, vehicles, work
from world.lives.declarations import authorisations, declarations
from world.lives.lives import Lives
from world.lives.work_kinds import WORK_KINDS
from world.population import ages_in_days, birth_days, community_frame, residents
from world.scales import Scale

Story = dict[str, Any]
OTHERS = 110
TOWN = Scale("town", 0, 0, 0, 0.0, ("210106",))
WORKPLACES = work.Workplaces(companies=24, institutions=14)


def stories() -> list[Story]:
    """The town's households as written down, in order."""
    text = Path(__file__).with_name("town.yml").read_text("utf-8")
    found: list[Story] = yaml.safe_load(text)
    return found


def town_lives(seed: int) -> Lives:
    """The town's lives: what the stories say, the rest drawn."""
    households = stories()
    tellings = [member for story in households for member in story["members"]]
    recipients = len(tellings)
    members = _members(households)
    communities = community_frame(TOWN)
    people, age_days, woman = _people(seed, households, members, communities)
    theirs, chance = age_days[recipients:], stream(seed, "town")
    jobs = pl.concat(
        [
            told.jobs(chance, tellings, WORKPLACES),
            _namesakes_job(chance, recipients),
            work.others_jobs(seed, theirs, recipients, WORKPLACES),
        ]
    )
    pension = pl.concat(
        [told.pensions(chance, tellings), pensions.others_pensions(seed, theirs, woman[recipients:], recipients)]
    )
    cars = pl.concat(
        [
            told.vehicles(chance, tellings),
            _namesakes_car(chance, recipients),
            vehicles.others_vehicles(seed, theirs, recipients),
        ]
    )
    cars = vehicles.with_plates(cars, seed)
    trade = businesses.with_codes(
        pl.concat([told.businesses(chance, tellings), businesses.others_businesses(seed, theirs, recipients)]), seed
    )
    death = pl.concat([told.deaths(chance, tellings), _neighbours_deaths(chance, theirs, recipients)])
    regions = pl.Series([story["region"] for story in households for _ in story["members"]])
    approved = pl.Series([story["approved"] for story in households for _ in story["members"]])
    mine = pl.col("person") < recipients
    unemployed = told.unemployment(tellings)
    forms = authorisations(seed, members.head(recipients).with_columns(approved_date=approved))
    declared = pl.concat(
        [
            declarations(seed, jobs.filter(mine), pension.filter(mine), cars.filter(mine), trade.filter(mine), 0),
            benefits.declared(unemployed.filter("declared")),
        ],
        how="diagonal",
    )
    case = upkeep.kept_as_told(_cases(seed, households, members), households)
    units = office.units(members, death)
    unheeded = jobs.filter(mine & pl.col("exit_until_date").is_not_null() & ~pl.col("fits")).select("person")
    case = awards.awarded(case, units, office.stated(declared, members, case), unheeded)
    return Lives(
        recipients=recipients,
        people=people,
        communities=communities,
        members=members,
        households=awards.as_told(case, units, households),
        employers=employers(seed, WORKPLACES.companies, WORKPLACES.institutions),
        jobs=jobs,
        pensions=pensions.ended_by_death(pension, death),
        vehicles=cars,
        businesses=trade,
        deaths=death,
        moves=pl.concat([told.moves(chance, tellings, regions), _neighbours_moves(chance, recipients)]),
        unemployment=pl.concat([unemployed.drop("declared"), _neighbours_benefits(recipients)]),
        declarations=declared,
        authorisations=_as_told(forms, tellings),
        mistaken_cremations=pl.DataFrame(schema={"person": pl.UInt32, "recorded_person": pl.UInt32}),
    )


_NOT_COUNTED = {"not_counted_code": pl.String, "not_counted_since_date": pl.Date}


def _members(households: list[Story]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for place, story in enumerate(households):
        for member in story["members"]:
            rows.append(
                {
                    "household": place,
                    "relation_code": member.get("relation", "head"),
                    "age_days": (AS_OF - member["born"]).days,
                    "woman": member["sex"] == 2,
                    "person": len(rows),
                    "person_class_code": member.get("class", "ordinary"),
                    "covered": True,
                    "not_counted_code": None,
                    "not_counted_since_date": None,
                    "corrected": member.get("corrected", False),
                    "ledger_damage": member.get("roster_number"),
                }
            )
    told_twice = [
        dict(row, household=_headed_by(households, other), relation_code="other")
        for row, other in zip(
            rows, [member.get("also_in") for story in households for member in story["members"]], strict=True
        )
        if other
    ]
    types = {"household": pl.UInt32, "person": pl.UInt32, "ledger_damage": pl.String} | _NOT_COUNTED
    return pl.DataFrame(rows + told_twice, schema_overrides=types)


def _headed_by(households: list[Story], name: str) -> int:
    return next(place for place, story in enumerate(households) if story["members"][0]["name"] == name)


def _people(
    seed: int, households: list[Story], members: pl.DataFrame, communities: pl.DataFrame
) -> tuple[pl.DataFrame, Ints, Mask]:
    tellings = [member for story in households for member in story["members"]]
    chance = stream(seed, "town neighbours")
    same = next(member for member in tellings if member.get("namesake"))
    born = np.array([days(member["born"]) for member in tellings] + [days(same["born"])])
    birth = np.concatenate([born, birth_days(ages_in_days(chance, OTHERS - 1))])
    woman = np.concatenate(
        [[member["sex"] == 2 for member in tellings], [same["sex"] == 2], chance.random(OTHERS - 1) < 0.5]
    ).astype(np.bool_)
    place_of = dict(zip(communities["region_code"].to_list(), range(len(communities)), strict=True))
    home = [place_of[story["region"]] for story in households for _ in story["members"]]
    place = np.concatenate([home, chance.integers(0, len(communities), OTHERS)]).astype(np.int64)
    recipients = len(tellings)
    hukou_household = np.concatenate(
        [members["household"].head(recipients).to_numpy(), len(households) + np.arange(OTHERS) // 3]
    ).astype(np.int64)
    people = residents(TOWN, seed, birth, woman, hukou_household, place)
    names = pl.Series([member["name"] for member in tellings] + [same["name"]])
    named = people.head(recipients + 1).with_columns(name=names, former_name=pl.lit(None, dtype=pl.String))
    return pl.concat([named, people.slice(recipients + 1)]), days(AS_OF) - birth, woman


def _cases(seed: int, households: list[Story], members: pl.DataFrame) -> pl.DataFrame:
    region = pl.Series([story["region"] for story in households])
    paid_until = {
        member["name"]: member["death"]["died"]
        for story in households
        for member in story["members"]
        if member.get("death", {}).get("kind") == "died_in_month_of_last_payment"
    }
    unpaid = [
        story.get("unpaid_from") or (date(2026, 6, 1) if story["members"][0]["name"] in paid_until else None)
        for story in households
    ]
    return cases(seed, members, region).with_columns(
        approved_date=pl.Series([story["approved"] for story in households]),
        hukou_type_code=pl.Series([story.get("hukou", "urban") for story in households]),
        unpaid_from=pl.Series(unpaid, dtype=pl.Date),
        grace_until_date=pl.Series([story.get("grace_until") for story in households], dtype=pl.Date),
        may_case_number=pl.when(pl.Series([story.get("renumbered", False) for story in households])).then(
            pl.col("case_number").str.replace("-D-", "-C-")
        ),
        may_region_code=pl.lit(None, dtype=pl.String),
    )


def _as_told(forms: pl.DataFrame, tellings: list[Story]) -> pl.DataFrame:
    """Everyone in the town has signed for all offices and long enough, but for those the stories name."""
    signed = [place for place, member in enumerate(tellings) if member.get("authorised", True)]
    everyone = pl.DataFrame({"person": pl.Series(signed, dtype=pl.UInt32)}).join(
        forms, on="person", how="left", maintain_order="left"
    )
    return everyone.with_columns(
        scope_code=pl.lit("all"),
        signed_date=pl.lit(date(2025, 12, 1)),
        valid_from_date=pl.lit(date(2025, 12, 1)),
        valid_to_date=pl.lit(date(2027, 11, 30)),
        signer_code=pl.col("signer_code").fill_null("self"),
    ).select(forms.columns)


def _namesakes_job(chance: np.random.Generator, person: int) -> pl.DataFrame:
    kind = next(each for each in WORK_KINDS if each.circumstance == "undeclared_job")
    return work.jobs_of_kind(chance, kind, np.array([person]), WORKPLACES).with_columns(circumstance=pl.lit("job"))


def _namesakes_car(chance: np.random.Generator, person: int) -> pl.DataFrame:
    return vehicles.vehicles_of_kind(chance, vehicles.VEHICLE_KINDS[0], np.array([person]), np.array([0])).with_columns(
        circumstance=pl.lit("car")
    )


def _neighbours_deaths(chance: np.random.Generator, age_days: Ints, first_person: int) -> pl.DataFrame:
    """One neighbour dies in each of the months January to May, the oldest first."""
    oldest = np.argsort(-age_days)[:5]
    found = []
    for place, month in enumerate(months_between(date(2026, 1, 1), date(2026, 5, 1))):
        kind = events.DeathKind("died", 0, (month.replace(day=3), month.replace(day=6)))
        found.append(events.deaths_of_kind(chance, kind, oldest[place : place + 1]))
    return pl.concat(found).with_columns(pl.col("person") + first_person)


def _neighbours_moves(chance: np.random.Generator, first_person: int) -> pl.DataFrame:
    region = pl.Series(["210106004002"])
    found = [
        events.moves_of_kind(chance, kind, np.array([first_person + 20 + place]), region)
        for place, kind in enumerate(events.MOVE_KINDS)
    ]
    return pl.concat(found)


def _neighbours_benefits(first_person: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person": pl.Series([first_person + 5, first_person + 6, first_person + 7], dtype=pl.UInt32),
            "amount_monthly_yuan": [1520.0, 1610.0, 1480.0],
            "start_month": [date(2025, 11, 1), date(2026, 1, 1), date(2025, 12, 1)],
            "end_month": [date(2026, 10, 1), date(2026, 12, 1), date(2026, 5, 1)],
        }
    )
