"""What the tax bureau holds: income withheld upon, month by month, and the self-employed."""

from __future__ import annotations

from datetime import date

import polars as pl

from core.moment import add_months
from world.facts.labelled import labelled
from world.lives.lives import Lives

_ALLOWANCE_YUAN = 5000.0


def tax_withholding(lives: Lives, month: date) -> pl.DataFrame:
    """Income declared for the month; one return in a hundred comes a month late and keeps its income month."""
    rows = pl.concat(
        [_earned(lives, month, late=False), _earned(lives, add_months(month, -1), late=True), _beside(lives, month)],
        how="diagonal",
    )
    known = rows.join(
        lives.employers.rename({"employer_name": "payer_name", "employer_uscc": "payer_uscc"}),
        on="employer",
        how="left",
        maintain_order="left",
    )
    tax = ((pl.col("income_yuan") - _ALLOWANCE_YUAN).clip(0.0) * 0.03).round(2)
    return labelled(lives, known.with_columns(tax_yuan=tax), f"tax_withholding/{month:%Y-%m}")


def _earned(lives: Lives, month: date, *, late: bool) -> pl.DataFrame:
    paid = (pl.col("tax_from") <= month) & (pl.col("tax_to") >= month)
    is_late = (pl.col("person") * 13 + month.month * 29) % 101 == 7
    swing = 1 + ((pl.col("person").cast(pl.Int64) * 69_621 + month.toordinal() * 15_485_863) % 601 - 300) / 10_000
    times = pl.when(pl.col("lump_month") == month).then("lump_times").otherwise(1)
    return lives.jobs.filter(paid & (is_late if late else ~is_late)).select(
        "person",
        "employer",
        item_code="tax_item_code",
        income_month=pl.lit(month),
        income_yuan=(pl.col("wage_yuan") * swing * times).round(2),
    )


def _beside(lives: Lives, month: date) -> pl.DataFrame:
    """Interest, leases and authors' fees of a few, recipients or not."""
    item = pl.col("person") * 7 % 3
    companies = pl.lit(lives.employers["employer_uscc"].str.starts_with("91").sum())
    return lives.people.filter(pl.col("person").cast(pl.UInt64) * 48_271 % 1511 == month.month).select(
        "person",
        employer=(pl.col("person") * 17 % companies).cast(pl.UInt32),
        item_code=pl.when(item == 0)
        .then(pl.lit("interest"))
        .when(item == 1)
        .then(pl.lit("lease"))
        .otherwise(pl.lit("author")),
        income_month=pl.lit(month),
        income_yuan=(pl.col("person") % 900).cast(pl.Float64) + 100,
    )


def self_employed(lives: Lives, day: date) -> pl.DataFrame:
    """Operators and their newest filed period."""
    return labelled(lives, lives.businesses, f"self_employed/{day}")
