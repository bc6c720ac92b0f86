"""Shops and stalls: who is registered as self-employed, what was filed, and what was declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from world.chance import Ints, Mask, days, some_of, stream
from world.numbers import credit_codes
from world.scales import Scale


@dataclass(frozen=True)
class BusinessKind:
    """One kind of registration; `income` in yuan a month, filed for a quarter or a year."""

    circumstance: str
    count: int
    state: str = "open"
    period: str = "quarter"
    assessed: bool = False
    income: tuple[int, int] = (900, 6000)
    declared: bool = False


BUSINESS_KINDS: tuple[BusinessKind, ...] = (
    BusinessKind("undeclared_business", 190),
    BusinessKind("undeclared_business", 110, assessed=True),
    BusinessKind("undeclared_business", 75, period="year"),
    BusinessKind("declared_business", 210, declared=True),
    BusinessKind("business_without_income", 120, income=(0, 0)),
    BusinessKind("dormant_business", 60, state="dormant"),
    BusinessKind("closed_business", 140, state="closed"),
    BusinessKind("revoked_business", 45, state="revoked"),
)
_OTHERS_SHARE = 0.03


def recipients_businesses(scale: Scale, seed: int, age_days: Ints, household: Ints, free: Mask) -> pl.DataFrame:
    """Businesses of recipients, at most one per household."""
    chance = stream(seed, "recipients' businesses")
    able = free & (age_days > 22 * 365.25) & (age_days < 70 * 365.25)
    found = []
    for kind in BUSINESS_KINDS:
        _, first = np.unique(np.where(able, household, -1), return_index=True)
        only = np.zeros(len(able), dtype=np.bool_)
        only[first] = True
        chosen = some_of(chance, able & only, scale.count(kind.count))
        able &= ~np.isin(household, household[chosen])
        found.append(businesses_of_kind(chance, kind, chosen))
    return pl.concat(found)


def others_businesses(seed: int, age_days: Ints, first_person: int) -> pl.DataFrame:
    """Businesses of residents who are no recipients."""
    chance = stream(seed, "others' businesses")
    able = (age_days > 20 * 365.25) & (age_days < 70 * 365.25) & (chance.random(len(age_days)) < _OTHERS_SHARE)
    kinds = np.where(able, chance.integers(0, len(BUSINESS_KINDS), len(age_days)), -1)
    found = []
    for place, each in enumerate(BUSINESS_KINDS):
        found.append(businesses_of_kind(chance, each, np.flatnonzero(kinds == place)))
    return pl.concat(found).with_columns(pl.col("person") + first_person, circumstance=pl.lit("business"))


def businesses_of_kind(chance: np.random.Generator, kind: BusinessKind, persons: Ints) -> pl.DataFrame:
    """One business per person with its newest filed period."""
    count = len(persons)
    months = 3 if kind.period == "quarter" else 12
    ends = {"quarter": date(2026, 3, 1), "year": date(2025, 12, 1)}[kind.period]
    starts = {"quarter": date(2026, 1, 1), "year": date(2025, 1, 1)}[kind.period]
    monthly = chance.integers(kind.income[0], kind.income[1] + 1, count)
    registered = days(date(2025, 6, 1)) - chance.integers(0, 4000, count)
    return pl.DataFrame(
        {
            "person": persons.astype(np.uint32),
            "registered_date": registered.astype("datetime64[D]"),
            "income_period_yuan": monthly * float(months),
        }
    ).with_columns(
        circumstance=pl.lit(kind.circumstance),
        state_code=pl.lit(kind.state),
        period_code=pl.lit(kind.period),
        assessed=pl.lit(kind.assessed),
        from_month=pl.lit(starts),
        to_month=pl.lit(ends),
        declared_yuan=pl.col("income_period_yuan") / months if kind.declared else pl.lit(None, dtype=pl.Float64),
    )


def with_codes(businesses: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Every business gets its own credit code, in an order that says nothing."""
    codes = credit_codes(seed, "businesses", len(businesses), lead="92")
    mixed = stream(seed, "business order").permutation(len(businesses))
    return businesses.with_columns(business_uscc=pl.Series(codes, dtype=pl.String).gather(mixed))
