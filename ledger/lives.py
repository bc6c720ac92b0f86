"""The life of a finding as a pure function: what was, what is seen now, what could be looked at → what it becomes."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

LIVE = ("new", "same", "changed", "held", "reopened")
ENDS = ("rule_withdrawn", "grade_lost", "left_roster")
STATES = frozenset({*LIVE, *ENDS, "gone", "suppressed"})
TRANSITION = {
    "finding_key": pl.String,
    "rule": pl.String,
    "household_key": pl.String,
    "person_key": pl.String,
    "before": pl.String,
    "state": pl.String,
    "revision": pl.Int32,
    "news": pl.Boolean,
    "material": pl.String,
}
_SUBJECT = ["rule", "household_key", "person_key"]


def transitions(
    previous: pl.DataFrame, observed: pl.DataFrame, could_look: pl.DataFrame, ends: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per finding that is seen now or was alive before, sorted by key; columns as `TRANSITION`.

    Args:
        previous: finding_key, rule, household_key, person_key, state, revision, material: as it stood before. The
            material is that of the last news, not of the last sight, so that a slow drift is news once it adds up.
        observed: finding_key, rule, household_key, person_key, material, and optionally material_tolerance: JSON text.
        could_look: finding_key, could_look: for findings not seen. A finding that is not named could not be looked for.
        ends: finding_key, state (one of `ENDS`): findings not seen that end in a way of their own.

    A finding is gone only if it was looked for and not found; otherwise it is held. A suppressed finding stays
    suppressed until there is news of it or it is gone; lapsed suppressions come in as `held` from the caller.
    """
    seen = observed.select(
        "finding_key",
        *(pl.col(name).alias(f"{name}_seen") for name in _SUBJECT),
        pl.col("material").alias("material_seen"),
        _tolerance(observed),
        seen=pl.lit(True),
    )
    ended = ends if ends is not None else pl.DataFrame(schema={"finding_key": pl.String, "state": pl.String})
    both = (
        previous.rename({"state": "before"})
        .join(seen, on="finding_key", how="full", coalesce=True)
        .join(could_look.select("finding_key", "could_look").unique("finding_key"), on="finding_key", how="left")
        .join(ended.select("finding_key", end="state").unique("finding_key"), on="finding_key", how="left")
        .with_columns(pl.col("seen", "could_look").fill_null(False))
    )
    both = both.with_columns(news=_news(both))
    alive = pl.col("before").is_in(LIVE)
    state = (
        pl.when(pl.col("seen"))
        .then(
            pl.when(pl.col("before").is_null())
            .then(pl.lit("new"))
            .when(alive & pl.col("news"))
            .then(pl.lit("changed"))
            .when(alive)
            .then(pl.lit("same"))
            .when((pl.col("before") == "suppressed") & ~pl.col("news"))
            .then(pl.lit("suppressed"))
            .otherwise(pl.lit("reopened"))
        )
        .when(alive | (pl.col("before") == "suppressed"))
        .then(
            pl.when(pl.col("end").is_not_null())
            .then(pl.col("end"))
            .when(pl.col("could_look"))
            .then(pl.lit("gone"))
            .when(alive)
            .then(pl.lit("held"))
            .otherwise(pl.lit("suppressed"))
        )
    )
    fresh = pl.col("state").is_in(["new", "changed", "reopened"])
    return (
        both.with_columns(state=state)
        .filter(pl.col("state").is_not_null())
        .with_columns(
            *(pl.coalesce(f"{name}_seen", name).alias(name) for name in _SUBJECT),
            revision=(pl.col("revision").fill_null(0) + fresh.cast(pl.Int32)).cast(pl.Int32),
            news=fresh,
            material=pl.when(fresh).then("material_seen").otherwise("material"),
        )
        .select(list(TRANSITION))
        .sort("finding_key")
    )


def is_news(before: str, after: str, tolerance: str | None) -> bool:
    """Whether two material values (JSON objects as text) differ beyond the tolerance of any field.

    `tolerance` is a JSON object of field → greatest absolute difference that is not news, or `exact`; fields not
    named, texts and nulls must be equal. A field that appears or disappears is news.
    """
    if before == after:
        return False
    was, is_now = json.loads(before), json.loads(after)
    allowed = json.loads(tolerance) if tolerance else {}
    return any(_differs(was.get(f), is_now.get(f), allowed.get(f)) for f in was.keys() | is_now.keys()) or (
        was.keys() != is_now.keys()
    )


def changed_fields(before: str, after: str) -> list[str]:
    """Names of the material fields whose values differ, in order, whatever their tolerance."""
    was, is_now = json.loads(before), json.loads(after)
    return sorted(name for name in was.keys() | is_now.keys() if was.get(name) != is_now.get(name))


def _differs(before: Any, after: Any, tolerance: Any) -> bool:
    if before == after or tolerance in (None, "exact"):
        return bool(before != after)
    try:
        return abs(Decimal(str(before)) - Decimal(str(after))) > Decimal(str(tolerance))
    except InvalidOperation:
        return True


def _tolerance(observed: pl.DataFrame) -> pl.Expr:
    if "material_tolerance" in observed.columns:
        return pl.col("material_tolerance")
    return pl.lit(None, pl.String).alias("material_tolerance")


def _news(both: pl.DataFrame) -> pl.Series:
    columns = zip(both["material"], both["material_seen"], both["material_tolerance"], strict=True)
    values = [
        before is not None and after is not None and is_news(before, after, tolerance)
        for before, after, tolerance in columns
    ]
    return pl.Series("news", values, dtype=pl.Boolean)
