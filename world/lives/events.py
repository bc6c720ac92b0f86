"""Deaths and changes in the hukou register: what happened, when it was registered, and by which office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from world.chance import Ints, Mask, days, some_of, stream
from world.scales import Scale

_ELSEWHERE = ("210381001003", "220102004007", "110105012002", "370102006001", "210603002004")
EventDays = tuple[date, date]


@dataclass(frozen=True)
class DeathKind:
    """`hukou`, `cremation`: which office recorded it. `after`: what civil affairs did: nothing, stopped, uncovered,
    unpaid (the next payment was not made), returned (payments came back)."""

    circumstance: str
    count: int
    between: EventDays
    hukou: bool = True
    cremation: bool = True
    after: str = "nothing"
    alone: bool = False


_WINTER = (date(2026, 1, 5), date(2026, 4, 24))

DEATH_KINDS: tuple[DeathKind, ...] = (
    DeathKind("died_and_paid_on", 92, _WINTER),
    DeathKind("died_and_paid_on", 26, (date(2025, 9, 3), date(2026, 4, 24)), cremation=False),
    DeathKind("died_and_paid_on", 24, (date(2026, 1, 5), date(2026, 4, 28)), hukou=False),
    DeathKind("died_and_case_stopped", 40, _WINTER, after="stopped", alone=True),
    DeathKind("died_and_taken_off", 45, _WINTER, after="uncovered"),
    DeathKind("died_in_month_of_last_payment", 22, (date(2026, 5, 11), date(2026, 5, 24)), after="unpaid", alone=True),
    DeathKind("died_and_payments_returned", 16, _WINTER, after="returned", alone=True),
)


@dataclass(frozen=True)
class MoveKind:
    """One change in the register. `to`: elsewhere, city (another county of it), county (within it) or None; `back`
    gives the day of a return."""

    circumstance: str
    count: int
    event_code: str
    between: EventDays = (date(2025, 8, 4), date(2026, 4, 5))
    to: str | None = None
    snapshot_status: str = "valid"
    back: date | None = None
    person_class: str | None = None


MOVE_KINDS: tuple[MoveKind, ...] = (
    MoveKind("moved_away", 118, "move_out", to="elsewhere", snapshot_status="moved_out"),
    MoveKind(
        "moved_away_to_study", 30, "move_out", to="elsewhere", snapshot_status="moved_out", person_class="student"
    ),
    MoveKind("emigrated", 16, "emigrated", snapshot_status="cancelled"),
    MoveKind("settled_in_hk_macau", 10, "hk_macau", snapshot_status="cancelled"),
    MoveKind("moved_within_county", 150, "move_out", to="county", snapshot_status="moved_out"),
    MoveKind(
        "moved_away_lately",
        25,
        "move_out",
        (date(2026, 4, 25), date(2026, 5, 24)),
        to="elsewhere",
        snapshot_status="moved_out",
    ),
    MoveKind(
        "moved_away_and_came_back",
        12,
        "move_out",
        (date(2026, 1, 8), date(2026, 2, 20)),
        "elsewhere",
        "moved_out",
        back=date(2026, 4, 13),
    ),
    MoveKind("enlisted", 60, "enlisted", (date(2025, 9, 1), date(2026, 3, 20)), snapshot_status="cancelled"),
    MoveKind("arrested", 25, "arrested", snapshot_status="cancelled"),
    MoveKind("renamed", 40, "renamed"),
    MoveKind("split", 80, "split"),
    MoveKind("number_corrected", 12, "id_corrected", (date(2026, 5, 4), date(2026, 5, 22))),
)

LATER_KINDS: tuple[MoveKind, ...] = (
    MoveKind("arrested", 40, "arrested", snapshot_status="cancelled"),
    MoveKind(
        "arrested_and_released",
        24,
        "arrested",
        (date(2026, 1, 8), date(2026, 2, 20)),
        snapshot_status="cancelled",
        back=date(2026, 4, 13),
    ),
    MoveKind(
        "enlisted_and_discharged",
        20,
        "enlisted",
        (date(2026, 1, 8), date(2026, 2, 20)),
        snapshot_status="cancelled",
        back=date(2026, 5, 11),
    ),
    MoveKind("enlisted_long_ago", 20, "enlisted", (date(2020, 9, 1), date(2023, 9, 20)), snapshot_status="cancelled"),
    MoveKind("moved_to_another_county_of_the_city", 24, "move_out", to="city", snapshot_status="moved_out"),
)
"""Kinds drawn after all others, from a stream of their own."""

STILL_REGISTERED = ("city", "county")
"""Moves whose arrival the register and its changes tell as well: they are one city's."""

EVENT_COLUMNS = (
    "person",
    "circumstance",
    "event_code",
    "event_date",
    "registered_date",
    "to",
    "snapshot_status",
    "back_date",
    "to_region_code",
)


def recipients_deaths(scale: Scale, seed: int, age_days: Ints, alone: Mask, free: Mask) -> pl.DataFrame:
    """Deaths of recipients; `alone` marks households of one."""
    chance = stream(seed, "recipients' deaths")
    able = free & (age_days > 30 * 365.25)
    older = able & (age_days > 58 * 365.25)
    found = []
    for kind in DEATH_KINDS:
        chosen = some_of(chance, older & alone if kind.alone else older, scale.count(kind.count))
        older[chosen] = False
        found.append(deaths_of_kind(chance, kind, chosen))
    return pl.concat(found)


def deaths_of_kind(chance: np.random.Generator, kind: DeathKind, persons: Ints) -> pl.DataFrame:
    """One death per person; registration follows within a month (Hukou Registration Regulations art. 8)."""
    count = len(persons)
    died = _between(chance, kind.between, count)
    latest = days(date(2026, 5, 28))
    registered = np.minimum(died + chance.integers(2, 29, count), latest)
    cremated = np.minimum(died + chance.integers(1, 5, count), latest)
    return pl.DataFrame(
        {
            "person": persons.astype(np.uint32),
            "death_date": died.astype("datetime64[D]"),
            "registered_date": registered.astype("datetime64[D]"),
            "cremation_date": cremated.astype("datetime64[D]"),
        }
    ).with_columns(
        circumstance=pl.lit(kind.circumstance),
        in_hukou=pl.lit(kind.hukou),
        in_cremation=pl.lit(kind.cremation),
        after=pl.lit(kind.after),
    )


def others_deaths(seed: int, age_days: Ints, first_person: int) -> pl.DataFrame:
    """Deaths of residents who are no recipients, about one in a hundred elders a year."""
    chance = stream(seed, "others' deaths")
    old = (age_days > 60 * 365.25) & (chance.random(len(age_days)) < 0.012)
    kind = DeathKind("died", 0, (date(2026, 1, 3), date(2026, 5, 20)))
    found = deaths_of_kind(chance, kind, np.flatnonzero(old))
    return found.with_columns(pl.col("person") + first_person, in_cremation=pl.col("person") % 9 != 0)


def recipients_moves(
    scale: Scale, seed: int, age_days: Ints, person_class: pl.Series, region_code: pl.Series, free: Mask
) -> pl.DataFrame:
    """Changes in the register among recipients, one per person at most."""
    return _moves_of(MOVE_KINDS, stream(seed, "recipients' moves"), scale, age_days, person_class, region_code, free)


def later_moves(
    scale: Scale, seed: int, age_days: Ints, person_class: pl.Series, region_code: pl.Series, free: Mask
) -> pl.DataFrame:
    """Arrests and enlistments beside the moves above; `free` leaves out whoever stands there already."""
    return _moves_of(LATER_KINDS, stream(seed, "later moves"), scale, age_days, person_class, region_code, free)


def _moves_of(
    kinds: tuple[MoveKind, ...],
    chance: np.random.Generator,
    scale: Scale,
    age_days: Ints,
    person_class: pl.Series,
    region_code: pl.Series,
    free: Mask,
) -> pl.DataFrame:
    able = free & (age_days > 18 * 365.25) & (age_days < 70 * 365.25)
    student = (person_class == "student").to_numpy()
    found = []
    for kind in kinds:
        fitting = able & student if kind.person_class == "student" else able & ~student
        if kind.event_code == "enlisted":
            fitting = fitting & (age_days < 26 * 365.25)
        chosen = some_of(chance, fitting, scale.count(kind.count))
        able[chosen] = False
        found.append(moves_of_kind(chance, kind, chosen, region_code.gather(chosen)))
    return pl.concat(found)


def moves_of_kind(chance: np.random.Generator, kind: MoveKind, persons: Ints, region_code: pl.Series) -> pl.DataFrame:
    """One change per person with the day it was registered."""
    count = len(persons)
    happened = _between(chance, kind.between, count)
    registered = np.minimum(happened + chance.integers(0, 8, count), days(date(2026, 5, 29)))
    elsewhere = pl.Series(list(_ELSEWHERE)).gather(chance.integers(0, len(_ELSEWHERE), count))
    within = region_code.str.slice(0, 6) + pl.Series(chance.integers(1, 13, count)).cast(pl.String).str.zfill(3) + "002"
    beside = pl.Series(["210102005002" if code.startswith("210103") else "210103005002" for code in region_code])
    nowhere = pl.Series([None] * count, dtype=pl.String)
    to_region = {"elsewhere": elsewhere, "city": beside, "county": within, None: nowhere}[kind.to]
    return (
        pl.DataFrame(
            {
                "person": persons.astype(np.uint32),
                "event_date": happened.astype("datetime64[D]"),
                "registered_date": registered.astype("datetime64[D]"),
                "to_region_code": to_region,
            }
        )
        .with_columns(
            circumstance=pl.lit(kind.circumstance),
            event_code=pl.lit(kind.event_code),
            to=pl.lit(kind.to, dtype=pl.String),
            snapshot_status=pl.lit(kind.snapshot_status),
            back_date=pl.lit(kind.back, dtype=pl.Date),
        )
        .select(EVENT_COLUMNS)
    )


def others_moves(seed: int, age_days: Ints, region_code: pl.Series, first_person: int) -> pl.DataFrame:
    """Changes in the register among other residents, of all kinds."""
    chance = stream(seed, "others' moves")
    touched = np.where(chance.random(len(age_days)) < 0.012, chance.integers(0, len(MOVE_KINDS), len(age_days)), -1)
    found = []
    for place, kind in enumerate(MOVE_KINDS):
        chosen = np.flatnonzero(touched == place)
        found.append(moves_of_kind(chance, kind, chosen, region_code.gather(chosen)))
    return pl.concat(found).with_columns(pl.col("person") + first_person)


def _between(chance: np.random.Generator, span: EventDays, count: int) -> Ints:
    return chance.integers(days(span[0]), days(span[1]) + 1, count)
