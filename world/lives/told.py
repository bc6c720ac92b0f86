"""Lives told in a story: the named kind of life, with what the story says of it put in place of chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from world.calendar import SETTLEMENT_MONTHS
from world.chance import days
from world.lives import businesses as business_kinds
from world.lives import events
from world.lives import pensions as pension_kinds
from world.lives import vehicles as vehicle_kinds
from world.lives.work import JOB_COLUMNS, Workplaces, jobs_of_kind
from world.lives.work_kinds import WORK_KINDS

Telling = dict[str, Any]


def jobs(chance: np.random.Generator, tellings: list[Telling], workplaces: Workplaces) -> pl.DataFrame:
    """Jobs; a story may state wage, declared_yuan and fund."""
    found = [pl.DataFrame(schema=JOB_COLUMNS)]
    for person, told in _tellings(tellings, "work"):
        kind = _kind(WORK_KINDS, told)
        stated = {"fund": told.get("fund", kind.fund), "wages": (told["wage"], told["wage"] + 10)}
        row = jobs_of_kind(chance, replace(kind, **stated), np.array([person]), workplaces)
        if "declared_yuan" in told:
            row = row.with_columns(declared_yuan=pl.lit(float(told["declared_yuan"])))
        found.append(row)
    return pl.concat(found)


def pensions(chance: np.random.Generator, tellings: list[Telling]) -> pl.DataFrame:
    """Pensions; a story states the standard before the rise of May, maybe what was declared and the last month."""
    found = []
    for person, told in _tellings(tellings, "pension"):
        kind = _kind(pension_kinds.PENSION_KINDS, told)
        row = pension_kinds.pensions_of_kind(
            chance, replace(kind, amounts=(told["before"], told["before"] + 1)), np.array([person])
        )
        row = row.with_columns(rise_booked_month=pl.lit(SETTLEMENT_MONTHS[-1]))
        if "declared" in told:
            row = row.with_columns(declared_yuan=pl.lit(float(told["declared"])))
        if "ended" in told:
            row = row.with_columns(ended_month=pl.lit(told["ended"]))
        found.append(row)
    return pl.concat(found)


def unemployment(tellings: list[Telling]) -> pl.DataFrame:
    """Unemployment benefits: person, amount_monthly_yuan, start_month, end_month, and whether it was declared."""
    rows = [
        (person, float(told["amount"]), told["from"], told["to"], told.get("declared", False))
        for person, told in _tellings(tellings, "unemployment")
    ]
    schema = {
        "person": pl.UInt32,
        "amount_monthly_yuan": pl.Float64,
        "start_month": pl.Date,
        "end_month": pl.Date,
        "declared": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def vehicles(chance: np.random.Generator, tellings: list[Telling]) -> pl.DataFrame:
    """Vehicles; a story states the first registration and may state until when the last inspection was valid."""
    found = []
    for person, told in _tellings(tellings, "vehicle"):
        kind = _kind(vehicle_kinds.VEHICLE_KINDS, told)
        first: date = told["first_registered"]
        row = vehicle_kinds.vehicles_of_kind(chance, kind, np.array([person]), np.array([days(first) + 60]))
        found.append(
            row.with_columns(
                first_registered_date=pl.lit(first),
                issued_date=pl.lit(first),
                inspection_valid_to_date=pl.lit(told["inspection_valid_to"])
                if "inspection_valid_to" in told
                else "inspection_valid_to_date",
            )
        )
    return pl.concat(found)


def businesses(chance: np.random.Generator, tellings: list[Telling]) -> pl.DataFrame:
    """Businesses of the named kind."""
    found = [
        business_kinds.businesses_of_kind(chance, _kind(business_kinds.BUSINESS_KINDS, told), np.array([person]))
        for person, told in _tellings(tellings, "business")
    ]
    return pl.concat(found)


def deaths(chance: np.random.Generator, tellings: list[Telling]) -> pl.DataFrame:
    """Deaths; a story states the day, and whether the funeral service knows."""
    found = []
    for person, told in _tellings(tellings, "death"):
        kind = replace(_kind(events.DEATH_KINDS, told), between=(told["died"], told["died"]))
        found.append(
            events.deaths_of_kind(chance, replace(kind, cremation=told.get("cremation", True)), np.array([person]))
        )
    return pl.concat(found)


def moves(chance: np.random.Generator, tellings: list[Telling], region_code: pl.Series) -> pl.DataFrame:
    """Changes in the hukou register; a story states the day."""
    found = []
    for person, told in _tellings(tellings, "move"):
        kind = replace(
            _kind(events.MOVE_KINDS + events.LATER_KINDS, told), between=(told["happened"], told["happened"])
        )
        found.append(events.moves_of_kind(chance, kind, np.array([person]), region_code.gather([person])))
    return pl.concat(found)


def _tellings(tellings: list[Telling], about: str) -> list[tuple[int, Telling]]:
    return [(person, member[about]) for person, member in enumerate(tellings) if about in member]


def _kind(kinds: Any, told: Telling) -> Any:
    return next(kind for kind in kinds if kind.circumstance == told["kind"])
