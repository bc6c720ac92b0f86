"""What offices really pay: mostly what follows from the declarations; some miscounted, some let an exit run on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from world import law
from world.calendar import AS_OF
from world.chance import Ints, some_of, stream
from world.lives import office
from world.places import QUARTERLY_SUBDISTRICTS
from world.scales import Scale

_SETTLED = date(2025, 12, 1)


@dataclass(frozen=True)
class AwardKind:
    """How an office came to pay another amount than it should have, or seems to; `by` is in yuan a month."""

    circumstance: str
    count: int
    by: tuple[int, int] = (0, 0)
    old_line: bool = False
    step: int = 1
    put_right: bool = False


AWARD_KINDS: tuple[AwardKind, ...] = (
    AwardKind("amount_reckoned_too_low", 90, by=(-300, -40)),
    AwardKind("amount_not_raised_with_the_line", 120, old_line=True),
    AwardKind("amount_reckoned_too_high", 90, by=(40, 300)),
    AwardKind("amount_rounded_up_to_five", 200, step=5),
    AwardKind("amount_put_right_in_june", 60, by=(-300, -40), put_right=True),
)


def awarded(
    households: pl.DataFrame, units_of: pl.DataFrame, stated: pl.DataFrame, unheeded: pl.DataFrame
) -> pl.DataFrame:
    """The cases with benefit_monthly_yuan as the office reckoned it and award_circumstance.

    `unheeded`: persons whose wage the office leaves out: the household's aid runs out gradually, or ran out and nobody
    acted. Who is above the line by own statement and is paid on gets what was paid before the new income.
    """
    heeded = stated.join(unheeded, on="person", how="anti", maintain_order="left")
    income = heeded.group_by("household").agg(income_fen=pl.col("counted_fen").sum())
    lasting = stated.filter(pl.col("item_code").is_in(["pension", "support", "other"]))
    before = lasting.group_by("household").agg(income_fen=pl.col("counted_fen").sum())
    rooms = office.room(units_of, households)
    by_statement, once = office.benefit(rooms, income), office.benefit(rooms, before)
    least = rooms.select((pl.col("covered") * 50.0).clip(50.0)).to_series()
    paid = pl.select(
        pl.when(by_statement > 0).then(by_statement).when(once > 0).then(once).otherwise(least)
    ).to_series()
    above = pl.select(pl.when(by_statement <= 0).then(pl.lit("above_the_line_by_own_statement"))).to_series()
    return households.with_columns(
        benefit_monthly_yuan=paid, award_circumstance=above, former_benefit_yuan=pl.lit(None, dtype=pl.Float64)
    )


def miscounted(scale: Scale, seed: int, cases: pl.DataFrame, units_of: pl.DataFrame) -> pl.DataFrame:
    """Some offices pay other amounts than they reckoned, or seem to."""
    chance = stream(seed, "miscounted amounts")
    able = (
        (cases["approved_date"] < _SETTLED)
        & cases["stop_date"].is_null()
        & cases["unpaid_from"].is_null()
        & cases["grace_until_date"].is_null()
        & cases["award_circumstance"].is_null()
        & ~cases["region_code"].str.slice(0, 9).is_in(QUARTERLY_SUBDISTRICTS)
    ).to_numpy()
    for kind in AWARD_KINDS:
        chosen = some_of(chance, able, scale.count(kind.count))
        able[chosen] = False
        by = chance.integers(kind.by[0], kind.by[1] + 1, len(chosen))
        cases = with_award(cases, units_of, kind, chosen, by)
    return cases


def with_award(cases: pl.DataFrame, units_of: pl.DataFrame, kind: AwardKind, chosen: Ints, by: Ints) -> pl.DataFrame:
    """The cases at these places, paid as the kind says; `by` in yuan for each of them."""
    here = np.isin(np.arange(len(cases)), chosen)
    change = np.zeros(len(cases))
    change[chosen] = by
    covered = cases.join(units_of, on="household", how="left", maintain_order="left")["covered"].fill_null(0).to_numpy()
    right = cases["benefit_monthly_yuan"].to_numpy()
    if kind.old_line:
        change = change - covered * float(law.line_on(AS_OF) - law.line_before(AS_OF))
    stepped = np.ceil(right / kind.step) * kind.step
    wrong = pl.Series(np.maximum(stepped + change, 10.0))
    marked = pl.Series(here)
    told = "former_benefit_yuan" if kind.put_right else "benefit_monthly_yuan"
    return cases.with_columns(
        pl.when(marked).then(wrong).otherwise(told).alias(told),
        award_circumstance=pl.when(marked).then(pl.lit(kind.circumstance)).otherwise("award_circumstance"),
    )


def as_told(cases: pl.DataFrame, units_of: pl.DataFrame, stories: list[dict[str, Any]]) -> pl.DataFrame:
    """The same for a town: every amount is right but for what a story says (`award: {kind, by}`)."""
    for place, story in enumerate(stories):
        if "award" in story:
            kind = next(each for each in AWARD_KINDS if each.circumstance == story["award"]["kind"])
            by = np.array([story["award"].get("by", 0)])
            cases = with_award(cases, units_of, kind, np.array([place]), by)
    return cases
