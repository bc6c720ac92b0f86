"""Who draws which pension, its standard before and after the yearly rise, and what was declared of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from world.calendar import SETTLEMENT_MONTHS
from world.chance import Ints, Mask, some_of, stream, weighted
from world.scales import Scale


@dataclass(frozen=True)
class PensionKind:
    """One kind of pensioner. `declared` is the declared share of the standard before the rise, `heading` the item."""

    circumstance: str
    count: int
    pension_code: str = "employee"
    state: str = "in_pay"
    declared: tuple[float, float] | None = None
    heading: str = "pension"
    amounts: tuple[int, int] = (900, 2900)
    extra_item: str | None = None
    standard_paid: bool = True


_TRUE = (0.99, 1.0)

PENSION_KINDS: tuple[PensionKind, ...] = (
    PensionKind("undeclared_pension", 2640),
    PensionKind("undeclared_pension", 81, pension_code="institution", amounts=(2600, 4800)),
    PensionKind("declared_pension", 2700, declared=_TRUE),
    PensionKind("declared_pension", 120, pension_code="institution", declared=_TRUE, amounts=(2600, 4800)),
    PensionKind("declared_pension_with_deduction", 60, declared=_TRUE, extra_item="deduction"),
    PensionKind("declared_pension_with_one_off", 90, declared=_TRUE, extra_item="one_off"),
    PensionKind("higher_pension_than_declared", 310, declared=(0.45, 0.85), amounts=(1100, 3200)),
    PensionKind("pension_declared_under_another_heading", 25, declared=_TRUE, heading="support"),
    PensionKind("resident_pension", 2300, pension_code="resident", amounts=(110, 260)),
    PensionKind(
        "declared_resident_pension",
        900,
        pension_code="resident",
        declared=_TRUE,
        heading="resident_pension",
        amounts=(110, 260),
    ),
    PensionKind("survivor_pension", 260, pension_code="survivor", amounts=(500, 900)),
    PensionKind("suspended_pension", 70, state="suspended"),
    PensionKind("one_off_payment_only", 40, extra_item="one_off", standard_paid=False),
)

_OTHERS = (
    PensionKind("pension", 0, amounts=(1500, 5600)),
    PensionKind("pension", 0, pension_code="institution", amounts=(3000, 7800)),
    PensionKind("resident_pension", 0, pension_code="resident", amounts=(110, 260)),
)


def recipients_pensions(
    scale: Scale, seed: int, age_days: Ints, woman: Mask, household: Ints, free: Mask
) -> pl.DataFrame:
    """Pensions of recipients. Each undeclared pension stands in a household of its own, as the district counted."""
    chance = stream(seed, "recipients' pensions")
    able = free & (age_days > np.where(woman, 54, 60) * 365.25)
    found = []
    for kind in PENSION_KINDS:
        allowed = (
            able & _first_of_household(chance, able, household) if kind.circumstance == "undeclared_pension" else able
        )
        chosen = some_of(chance, allowed, scale.count(kind.count))
        able[np.isin(household, household[chosen]) if kind.circumstance == "undeclared_pension" else chosen] = False
        found.append(pensions_of_kind(chance, kind, chosen))
    return pl.concat(found)


def _first_of_household(chance: np.random.Generator, able: Mask, household: Ints) -> Mask:
    order = chance.permutation(np.flatnonzero(able))
    _, first = np.unique(household[order], return_index=True)
    found = np.zeros(len(able), dtype=np.bool_)
    found[order[first]] = True
    return found


def others_pensions(seed: int, age_days: Ints, woman: Mask, first_person: int) -> pl.DataFrame:
    """Pensions of residents who are no recipients."""
    chance = stream(seed, "others' pensions")
    able = age_days > np.where(woman, 54, 60) * 365.25
    kind = np.where(able, weighted(chance, (0.62, 0.07, 0.19, 0.12), len(age_days)), 3)
    found = [pensions_of_kind(chance, each, np.flatnonzero(kind == place)) for place, each in enumerate(_OTHERS)]
    return pl.concat(found).with_columns(pl.col("person") + first_person)


def pensions_of_kind(chance: np.random.Generator, kind: PensionKind, persons: Ints) -> pl.DataFrame:
    """One pension per person: person, circumstance, pension_kind_code, state_code, before_yuan, after_yuan,
    declared_yuan, rise_booked_month, heading, extra_item_code, standard_paid."""
    count = len(persons)
    before = np.round(
        chance.integers(kind.amounts[0], kind.amounts[1], count) + chance.integers(0, 100, count) / 100, 2
    )
    rises = kind.pension_code in ("employee", "institution") and kind.state == "in_pay"
    rise = np.round(25 + before * 0.015, 2) if rises else np.zeros(count)
    declared = pl.Series([None] * count, dtype=pl.Float64)
    if kind.declared is not None:
        low, high = kind.declared
        declared = pl.Series(np.round(before * (low + (high - low) * chance.random(count))))
    return pl.DataFrame(
        {
            "person": persons.astype(np.uint32),
            "before_yuan": before,
            "after_yuan": np.round(before + rise, 2),
            "declared_yuan": declared,
            "rise_booked_month": pl.Series(SETTLEMENT_MONTHS).gather(chance.integers(0, len(SETTLEMENT_MONTHS), count)),
            "ended_month": pl.Series([None] * count, dtype=pl.Date),
        }
    ).with_columns(
        circumstance=pl.lit(kind.circumstance),
        pension_kind_code=pl.lit(kind.pension_code),
        state_code=pl.lit(kind.state),
        heading=pl.lit(kind.heading),
        extra_item_code=pl.lit(kind.extra_item, dtype=pl.String),
        standard_paid=pl.lit(kind.standard_paid),
    )


def ended_by_death(pensions: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Pensions stop after the month in which a death was registered."""
    last = deaths.select("person", stop=pl.col("registered_date").dt.truncate("1mo").cast(pl.Date))
    joined = pensions.join(last, on="person", how="left", maintain_order="left")
    return joined.with_columns(ended_month=pl.coalesce("ended_month", "stop")).drop("stop")
