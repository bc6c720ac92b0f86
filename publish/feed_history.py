"""The deliveries of every feed as they came: when, how late, how much was refused, how much is a subject's.

Counts are of whole files: a department's file is refused or accepted for everybody, whatever places it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from core.moment import SHANGHAI, add_months, now
from ledger import deliveries, feeds
from ledger.deliveries import Delivery
from ledger.run import Ledger
from sources.card import Card
from warehouse.deliveries import CLASSES


@dataclass(frozen=True)
class Arrival:
    """One delivery. `account` is class → rows and empty where no run read it; `about` is the last day it speaks of,
    `month` the month it is for. `at_latest`: it came on the day `landed` or before, nobody knows when.
    """

    source: str
    file_name: str
    state: str
    about: date
    month: date
    landed: date
    account: dict[str, int]
    at_latest: bool = False

    @property
    def lag_days(self) -> int:
        """Days from the last day it speaks of to the day it came; that many at most where it came `at_latest`."""
        return max((self.landed - self.about).days, 0)

    @property
    def rows(self) -> int | None:
        """The rows it holds, or None where nobody has read it: that is not an empty file."""
        return sum(self.account.values()) if self.account else None

    def share(self, *classes: str) -> float | None:
        """The share of its rows in these classes, or None where there is none to share."""
        return sum(self.account.get(name, 0) for name in classes) / self.rows if self.rows else None


@dataclass(frozen=True)
class FeedHistory:
    """One feed: its card, its deliveries newest first, and whether it is paused."""

    card: Card
    arrivals: list[Arrival]
    paused: bool

    @property
    def newest(self) -> Arrival | None:
        """What came last, by the day it speaks of."""
        return self.arrivals[0] if self.arrivals else None

    def of_month(self, month: date) -> list[Arrival]:
        """What speaks of a month."""
        return [one for one in self.arrivals if one.month == month]


def feed_histories(
    ledger: Ledger, cards: Mapping[str, Card], folder: Path, *, stands_at: date | None = None
) -> list[FeedHistory]:
    """Every feed that has a card, by name; a feed that never delivered has no arrival.

    `stands_at` is the day at which a demonstration's time stands: its files were all made and landed long after, and
    count as come by that day unless their provider says when they came.

    Accounts are those of the published run in `folder`: a delivery is read again for new subjects, and only the run
    counts its rows for all of them.
    """
    states, read = deliveries.states_at(ledger, now()), _accounts(folder)
    found: dict[str, list[Arrival]] = {name: [] for name in cards}
    for one in deliveries.list_deliveries(ledger):
        if one.source in found:
            found[one.source].append(_arrival(one, states[one.delivery_id], read.get(one.delivery_id, {}), stands_at))
    return [
        FeedHistory(
            cards[name],
            sorted(arrivals, key=lambda one: (one.about, one.landed, one.file_name), reverse=True),
            feeds.state(ledger, name).paused,
        )
        for name, arrivals in sorted(found.items())
    ]


def months_until(day: date, count: int) -> list[date]:
    """The first days of `count` months, the month of `day` last."""
    return [add_months(day.replace(day=1), back) for back in range(1 - count, 1)]


def _arrival(one: Delivery, state: str, account: dict[str, int], stands_at: date | None) -> Arrival:
    landed = (one.claims_received_at or one.landed_at).astimezone(SHANGHAI).date()
    at_latest = stands_at is not None and one.claims_received_at is None and landed > stands_at
    landed = stands_at if at_latest and stands_at is not None else landed
    about = one.as_of or (add_months(one.period_month, 1) - timedelta(days=1) if one.period_month else landed)
    month = (one.period_month or about).replace(day=1)
    return Arrival(one.source, one.file_name, state, about, month, landed, account, at_latest)


def _accounts(folder: Path) -> dict[str, dict[str, int]]:
    kept = pl.read_parquet(folder / "run_delivery.parquet", columns=["delivery_id", "rows", *CLASSES])
    read = kept.filter(pl.col("rows").is_not_null()).drop("rows").fill_null(0)
    return {delivery_id: dict(zip(CLASSES, counts, strict=True)) for delivery_id, *counts in read.iter_rows()}
