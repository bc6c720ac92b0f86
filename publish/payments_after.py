"""What became of the payments of households whose cases were closed, as later rosters tell it.

The authority decides outside. That a payment changed after a review does not say that it changed because of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from ledger.case_words import Outcome
from ledger.figures_of_errors import Concluded
from publish.folder import MANIFEST
from publish.nights import Nights

WAYS = ("lowered", "stopped", "raised", "same", "unknown")


@dataclass(frozen=True)
class PaymentsAfter:
    """Of the cases with one outcome: how many households' payment was since lowered, stopped, raised, is the same,
    or cannot be told; `monthly_yuan` is the sum of the changes a month of those that were lowered or raised."""

    outcome: Outcome
    ways: dict[str, int]
    monthly_yuan: Decimal


def payments_after(nights: Nights, closed: Iterable[Concluded], current: str) -> list[PaymentsAfter]:
    """By outcome, the roster's payment in the current run beside that of the run the decision rested on."""
    now, found = _payments(nights, current), list(closed)
    before = {run_id: _payments(nights, run_id) for run_id in sorted({one.decided_run_id for one in found})}
    ways: dict[Outcome, Counter[str]] = {}
    sums: dict[Outcome, Decimal] = {}
    for one in found:
        way, change = _way(before[one.decided_run_id], now, one.household_key)
        ways.setdefault(one.outcome, Counter())[way] += 1
        sums[one.outcome] = sums.get(one.outcome, Decimal(0)) + change
    return [
        PaymentsAfter(outcome, {way: ways[outcome][way] for way in WAYS}, sums[outcome])
        for outcome in Outcome
        if outcome in ways
    ]


def _way(before: dict[str, Decimal | None], now: dict[str, Decimal | None], household: str) -> tuple[str, Decimal]:
    was = before.get(household)
    if was is None:
        return "unknown", Decimal(0)
    if household not in now:
        return "stopped", Decimal(0)
    is_now = now[household]
    if is_now is None:
        return "unknown", Decimal(0)
    if is_now == was:
        return "same", Decimal(0)
    return ("lowered" if is_now < was else "raised"), is_now - was


def _payments(nights: Nights, run_id: str) -> dict[str, Decimal | None]:
    """household_key → yuan a month on the roster of a run; empty where the run's folder is no longer kept."""
    folder = nights.folder(run_id)
    if not (folder / MANIFEST).exists():
        return {}
    names = ["household_key", "benefit_monthly_yuan", "stop_date"]
    homes = pl.read_parquet(folder / "household.parquet", columns=names).filter(pl.col("stop_date").is_null())
    return dict(homes.select(names[:2]).iter_rows())
