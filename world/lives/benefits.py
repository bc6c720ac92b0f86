"""Unemployment benefits that households declared, and pensions that the office stopped paying."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from world.calendar import months_between
from world.chance import some_of, stream
from world.scales import Scale

_DECLARED_SHARE = 0.5
_ENDINGS = (date(2026, 1, 1), date(2026, 3, 1))
"""First and last month in which a stopped pension was still paid."""


def declared_benefits(seed: int, unemployment: pl.DataFrame, recipients: int) -> pl.DataFrame:
    """Declared items of those recipients who told of their benefit, from the month it began; nobody took it back."""
    chance = stream(seed, "declared unemployment benefits")
    told = pl.Series(chance.random(len(unemployment)) < _DECLARED_SHARE)
    return declared(unemployment.filter(told & (unemployment["person"] < recipients)))


def declared(unemployment: pl.DataFrame) -> pl.DataFrame:
    """The benefits as their households declared them."""
    return unemployment.select(
        "person",
        pl.lit("unemployment_benefit").alias("item_code"),
        "amount_monthly_yuan",
        from_month=pl.col("start_month"),
        to_month=pl.lit(None, dtype=pl.Date),
    )


def some_stopped(scale: Scale, seed: int, pensions: pl.DataFrame) -> pl.DataFrame:
    """A few declared pensions end or are suspended, mostly because the yearly proof of life was not given."""
    chance = stream(seed, "stopped pensions")
    able = (pensions["circumstance"] == "declared_pension").to_numpy()
    ended = some_of(chance, able, scale.count(50))
    able[ended] = False
    suspended = some_of(chance, able, scale.count(30))
    months = months_between(*_ENDINGS)
    last = pl.Series(months).gather(chance.integers(0, len(months), len(pensions)))
    place = np.arange(len(pensions))
    is_ended, is_suspended = pl.Series(np.isin(place, ended)), pl.Series(np.isin(place, suspended))
    return pensions.with_columns(
        ended_month=pl.when(is_ended).then(last).otherwise("ended_month"),
        state_code=pl.when(is_suspended).then(pl.lit("suspended")).otherwise("state_code"),
        circumstance=pl.when(is_ended)
        .then(pl.lit("declared_pension_ended"))
        .when(is_suspended)
        .then(pl.lit("declared_pension_suspended"))
        .otherwise("circumstance"),
    )
