"""What households declared, and who has signed for being checked."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from world.calendar import AS_OF
from world.chance import days, stream

_SINCE = date(2025, 3, 1)
"""From when most items were declared."""
DECLARATION_COLUMNS = (
    "person",
    "item_code",
    "amount_monthly_yuan",
    "amount_annual_yuan",
    "amount_once_yuan",
    "from_month",
    "to_month",
    "plate_number",
)


def declarations(
    seed: int,
    jobs: pl.DataFrame,
    pensions: pl.DataFrame,
    vehicles: pl.DataFrame,
    businesses: pl.DataFrame,
    members: int,
) -> pl.DataFrame:
    """One row per declared item of a recipient: what follows from lives, and small support and other items beside."""
    wages = jobs.filter(pl.col("declared_yuan").is_not_null()).select(
        "person",
        item_code=pl.lit("wage"),
        amount_monthly_yuan="declared_yuan",
        from_month=pl.max_horizontal("worked_from", pl.lit(_SINCE)).fill_null(_SINCE),
    )
    pension = pensions.filter(pl.col("declared_yuan").is_not_null()).select(
        "person", item_code="heading", amount_monthly_yuan="declared_yuan"
    )
    trade = businesses.filter(pl.col("declared_yuan").is_not_null()).select(
        "person", item_code=pl.lit("business"), amount_monthly_yuan="declared_yuan"
    )
    plates = vehicles.filter("declared").select("person", "plate_number", item_code=pl.lit("vehicle"))
    small = [_small_items(seed, members), _severances(members)]
    items = pl.concat([wages, pension, trade, plates, *small], how="diagonal")
    return items.with_columns(
        pl.col("from_month").fill_null(_SINCE) if "from_month" in items.columns else pl.lit(_SINCE).alias("from_month"),
    ).select(DECLARATION_COLUMNS)


def _small_items(seed: int, members: int) -> pl.DataFrame:
    chance = stream(seed, "small declared items")
    persons = np.flatnonzero(chance.random(members) < 0.06)
    count = len(persons)
    annual = chance.random(count) < 0.2
    ended = chance.random(count) < 0.1
    monthly = chance.integers(5, 45, count) * 10.0
    return pl.DataFrame(
        {
            "person": persons.astype(np.uint32),
            "item_code": pl.Series(["support", "other"]).gather((chance.random(count) < 0.3).astype(np.int64)),
            "amount_monthly_yuan": pl.Series(np.where(annual, np.nan, monthly)).fill_nan(None),
            "amount_annual_yuan": pl.Series(np.where(annual, monthly * 12, np.nan)).fill_nan(None),
            "from_month": pl.Series([_SINCE] * count, dtype=pl.Date),
            "to_month": pl.select(pl.when(pl.Series(ended)).then(date(2025, 12, 1))).to_series(),
            "plate_number": pl.Series([None] * count, dtype=pl.String),
        }
    )


def _severances(members: int) -> pl.DataFrame:
    """Lump sums at the end of a job, declared with the months on which they were calculated; a few in ten thousand."""
    persons = [person for person in range(members) if person * 7_919 % 3_001 == 5]
    return pl.DataFrame(
        {
            "person": pl.Series(persons, dtype=pl.UInt32),
            "item_code": pl.Series(["severance"] * len(persons), dtype=pl.String),
            "amount_once_yuan": pl.Series([7_000.0 + person % 9 * 1_250 for person in persons], dtype=pl.Float64),
            "from_month": pl.Series([date(2025, 12, 1)] * len(persons), dtype=pl.Date),
            "to_month": pl.Series([date(2026, 6 + person % 4, 1) for person in persons], dtype=pl.Date),
        }
    )


def authorisations(seed: int, members: pl.DataFrame) -> pl.DataFrame:
    """Signed forms, one per person: a few never signed, a few have lapsed, a few gave leave to one office only.

    `members`: person, age_days, approved_date.
    """
    chance = stream(seed, "authorisations")
    once = members.unique("person", keep="first", maintain_order=True)
    luck = chance.random(len(once))
    lapsed = pl.Series(luck > 0.994)
    return (
        once.with_columns(
            luck=pl.Series(luck),
            scope_code=pl.when(pl.Series((luck > 0.008) & (luck < 0.011)))
            .then(pl.lit("pension"))
            .otherwise(pl.lit("all")),
            signed_date=pl.col("approved_date") - pl.duration(days=12),
            valid_to_date=pl.when(lapsed)
            .then(pl.Series((days(AS_OF) - chance.integers(20, 200, len(once))).astype("datetime64[D]")))
            .otherwise(pl.Series((days(AS_OF) + chance.integers(40, 700, len(once))).astype("datetime64[D]"))),
            signer_code=pl.when(_age_at_signing() < 18 * 365.25)
            .then(pl.lit("guardian"))
            .when(pl.Series(chance.random(len(once)) < 0.02))
            .then(pl.lit("mandate"))
            .otherwise(pl.lit("self")),
        )
        .filter(pl.col("luck") > 0.005)
        .with_columns(valid_from_date="signed_date")
        .select("person", "scope_code", "signed_date", "valid_from_date", "valid_to_date", "signer_code")
    )


def _age_at_signing() -> pl.Expr:
    """Days old on the day of signing, twelve days before approval: a guardian signs for whoever was a child then."""
    since = pl.lit(AS_OF) - pl.col("approved_date") + pl.duration(days=12)
    return pl.col("age_days") - since.dt.total_days()
