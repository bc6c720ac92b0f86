"""Recipient households, drawn: sizes, members with ages and sexes, and their cases on the roster."""

from __future__ import annotations

import numpy as np
import polars as pl

from world.calendar import AS_OF, SNAPSHOT_DAYS
from world.chance import Ints, days, stream, weighted
from world.numbers import account_numbers
from world.scales import Scale
from world.shapes import SHAPES, SIZE_SHARES


def sizes(scale: Scale, seed: int) -> Ints:
    """Persons per household, adding up to the scale's members exactly."""
    chance = stream(seed, "household sizes")
    found = weighted(chance, SIZE_SHARES, scale.households) + 1
    while (missing := scale.members - int(found.sum())) != 0:
        movable = np.flatnonzero(found < 6) if missing > 0 else np.flatnonzero(found > 1)
        found[chance.choice(movable, size=min(abs(missing), len(movable)), replace=False)] += np.sign(missing)
    return found


def drawn_members(scale: Scale, seed: int) -> pl.DataFrame:
    """One row per member, heads first in each household: household, relation_code, age_days, woman."""
    chance = stream(seed, "household members")
    size = sizes(scale, seed)
    shape = np.zeros(len(size), dtype=np.int64)
    for each in range(1, 7):
        fitting = [place for place, found in enumerate(SHAPES) if found.size == each]
        here = size == each
        drawn = weighted(chance, [SHAPES[place].weight for place in fitting], int(here.sum()))
        shape[here] = np.array(fitting)[drawn]
    heads = pl.DataFrame({"household": np.arange(len(size), dtype=np.uint32), "shape": shape})
    members = heads.join(_slots(), on="shape", how="left", maintain_order="left_right")
    return _aged(members, chance)


def _slots() -> pl.DataFrame:
    rows = []
    for place, shape in enumerate(SHAPES):
        rows.append((place, 0, "head", *shape.head))
        rows.extend((place, slot, one.relation, one.low, one.high) for slot, one in enumerate(shape.others, 1))
    return pl.DataFrame(rows, schema=["shape", "slot", "relation_code", "low", "high"], orient="row")


def _aged(members: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    drawn = members.with_columns(
        pl.Series("luck", chance.random(len(members))), pl.Series("coin", chance.random(len(members)) < 0.5)
    ).with_columns(years=pl.col("low") + (pl.col("high") - pl.col("low") + 1) * pl.col("luck"))
    head = pl.col("years").first().over("household")
    head_woman = pl.col("coin").first().over("household")
    years = pl.when(pl.col("slot") == 0).then("years").otherwise(head + pl.col("years")).clip(0.02, 97.0)
    woman = pl.when(pl.col("relation_code") == "spouse").then(~head_woman).otherwise("coin")
    return drawn.select(
        "household", "relation_code", (years * 365.25).cast(pl.Int64).alias("age_days"), woman.alias("woman")
    )


def person_class(members: pl.DataFrame, chance: np.random.Generator) -> pl.Series:
    """elder, minor, student, severe_disability, severe_illness or ordinary, by age and luck."""
    years = pl.Series(members["age_days"] / 365.25)
    luck = pl.Series(chance.random(len(members)))
    return pl.select(
        pl.when(years < 18)
        .then(pl.lit("minor"))
        .when((years < 23) & (luck < 0.6))
        .then(pl.lit("student"))
        .when(luck < 0.12)
        .then(pl.lit("severe_disability"))
        .when(luck < 0.19)
        .then(pl.lit("severe_illness"))
        .when(years >= 60)
        .then(pl.lit("elder"))
        .otherwise(pl.lit("ordinary"))
    ).to_series()


def cases(seed: int, members: pl.DataFrame, region_code: pl.Series) -> pl.DataFrame:
    """One row per household with its case: numbers, days, class, account. `region_code` per household."""
    chance = stream(seed, "cases")
    count = len(region_code)
    counted = members.group_by("household", maintain_order=True).agg(
        pl.len().alias("persons"), pl.col("covered").sum().cast(pl.Int32).alias("covered_person_count")
    )
    approved = days(AS_OF) - 120 - (chance.random(count) ** 1.6 * 4300).astype(np.int64)
    number = chance.permutation(count) + 1
    return (
        pl.DataFrame(
            {
                "household": np.arange(count, dtype=np.uint32),
                "case_number": region_code.str.slice(0, 6) + "-D-" + pl.Series(number).cast(pl.String).str.zfill(6),
                "approved_date": approved.astype("datetime64[D]"),
                "management_class_code": pl.Series(list("ABC")).gather(weighted(chance, (0.4, 0.35, 0.25), count)),
                "hukou_type_code": pl.Series(["urban", "rural"]).gather((chance.random(count) < 0.12).astype(np.int64)),
                "region_code": region_code,
                "account_number": account_numbers(seed, count),
                "review_age": chance.integers(10, 330, count),
            }
        )
        .join(counted, on="household", how="left", maintain_order="left")
        .with_columns(
            stop_date=pl.lit(None, dtype=pl.Date),
            grace_until_date=pl.lit(None, dtype=pl.Date),
            unpaid_from=pl.lit(None, dtype=pl.Date),
            unpaid_state=pl.lit(None, dtype=pl.String),
        )
    )


def newcomers(seed: int, households: pl.DataFrame, count: int) -> pl.DataFrame:
    """Approve `count` households so late that the ledger of May does not know them yet."""
    chance = stream(seed, "newcomers")
    chosen = chance.choice(len(households), size=count, replace=False)
    first = days(SNAPSHOT_DAYS[0]) + 1
    late = pl.DataFrame(
        {
            "household": chosen.astype(np.uint32),
            "late": (first + chance.integers(0, 28, count)).astype("datetime64[D]"),
        }
    )
    return (
        households.join(late, on="household", how="left", maintain_order="left")
        .with_columns(approved_date=pl.coalesce("late", "approved_date"))
        .drop("late")
    )
