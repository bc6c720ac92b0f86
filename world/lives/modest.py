"""Who told truly has little, or the office would not have approved: true incomes are made to fit the line."""

from __future__ import annotations

import polars as pl

from world.chance import stream

_SHARES = (0.40, 0.93)
"""Between these shares of the line a household's declared income comes to lie where it would be above."""
_LEAST = 0.12
TRUE = (0.95, 1.05)
"""What was declared within these shares of the truth was told truly: both are small."""


def modest(
    seed: int,
    rooms: pl.DataFrame,
    stated: pl.DataFrame,
    jobs: pl.DataFrame,
    pensions: pl.DataFrame,
    businesses: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Jobs, pensions and businesses of recipients: what was told truly is small enough to stay below the line."""
    chance = stream(seed, "what households live on")
    lasting = jobs.filter(~pl.col("fits")).select("person")
    bending = stated.filter(pl.col("item_code").is_in(["wage", "pension", "business"])).join(
        lasting, on="person", how="anti", maintain_order="left"
    )
    income = stated.group_by("household").agg(all_fen=pl.col("counted_fen").sum())
    bends = bending.group_by("household").agg(bending_fen=pl.col("counted_fen").sum())
    share = pl.Series(_SHARES[0] + (_SHARES[1] - _SHARES[0]) * chance.random(len(rooms)))
    fits = (pl.col("limit_fen") - pl.col("all_fen") + pl.col("bending_fen")) / pl.col("bending_fen")
    factor = (
        rooms.with_columns(limit_fen=pl.col("room_fen") * share)
        .join(income, on="household", how="left", maintain_order="left")
        .join(bends, on="household", how="left", maintain_order="left")
        .filter((pl.col("all_fen") > pl.col("limit_fen")) & (pl.col("bending_fen") > 0))
        .select("household", factor=fits.clip(_LEAST, 1.0))
    )
    of_person = bending.select("person", "household").unique(maintain_order=True).join(factor, on="household")
    shrink = of_person.select("person", "factor")
    return _smaller_jobs(jobs, shrink), _smaller_pensions(pensions, shrink), _smaller_businesses(businesses, shrink)


def _smaller_jobs(jobs: pl.DataFrame, shrink: pl.DataFrame) -> pl.DataFrame:
    share = pl.col("declared_yuan") / pl.col("wage_yuan")
    factor = pl.when("fits").then(pl.col("factor")).fill_null(1.0)
    true = share.is_between(*TRUE)
    return (
        jobs.join(shrink, on="person", how="left", maintain_order="left")
        .with_columns(
            wage_yuan=pl.when(true & (factor < 1)).then(_tens("wage_yuan", factor)).otherwise("wage_yuan"),
            declared_yuan=pl.when(factor < 1).then(_tens("declared_yuan", factor)).otherwise("declared_yuan"),
        )
        .drop("factor")
    )


def _tens(column: str, factor: pl.Expr) -> pl.Expr:
    return (pl.col(column) * factor / 10).round() * 10


def _smaller_pensions(pensions: pl.DataFrame, shrink: pl.DataFrame) -> pl.DataFrame:
    factor = pl.col("factor").fill_null(1.0)
    told = pl.col("heading") == "pension"
    true = told & (pl.col("declared_yuan") / pl.col("before_yuan")).is_between(*TRUE) & (factor < 1)
    rise = pl.col("after_yuan") > pl.col("before_yuan")
    before = pl.when(true).then((pl.col("before_yuan") * factor).round(2)).otherwise("before_yuan")
    return (
        pensions.join(shrink, on="person", how="left", maintain_order="left")
        .with_columns(
            before_yuan=before,
            after_yuan=pl.when(true & rise)
            .then((before + (25 + before * 0.015).round(2)).round(2))
            .when(true)
            .then(before)
            .otherwise("after_yuan"),
            declared_yuan=pl.when(told & (factor < 1))
            .then((pl.col("declared_yuan") * factor).round())
            .otherwise("declared_yuan"),
        )
        .drop("factor")
    )


def _smaller_businesses(businesses: pl.DataFrame, shrink: pl.DataFrame) -> pl.DataFrame:
    told = pl.col("declared_yuan").is_not_null() & (pl.col("factor").fill_null(1.0) < 1)
    smaller = (pl.col("declared_yuan") * pl.col("factor")).round()
    months = pl.when(pl.col("period_code") == "quarter").then(3.0).otherwise(12.0)
    return (
        businesses.join(shrink, on="person", how="left", maintain_order="left")
        .with_columns(
            income_period_yuan=pl.when(told).then(smaller * months).otherwise("income_period_yuan"),
            declared_yuan=pl.when(told).then(smaller).otherwise("declared_yuan"),
        )
        .drop("factor")
    )
