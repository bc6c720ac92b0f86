"""How fresh each feed was in a run: a shape, a word and a colour are chosen from these words elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.moment import add_months
from sources.card import Card
from workbench.evidence.snapshot import Row, Snapshot


@dataclass(frozen=True)
class Freshness:
    """One feed: `state` is `fresh`, `late`, `refused`, `paused` or `missing`; `age_days` counts to the run's day."""

    source: str
    card: Card
    state: str
    about_date: date | None
    age_days: int | None
    file_name: str | None
    rows: int | None
    matched: int | None
    reason: str | None


def freshness(run: Snapshot, cards: dict[str, Card]) -> list[Freshness]:
    """Every feed that has a card, by title."""
    last = {row["source"]: row for row in run.told_once(_LAST_USED)}
    newest = {row["source"]: row for row in run.told_once(_NEWEST)}
    paused = {row["source"]: row for row in run.told_once("select * from feed_health where state = 'paused'")}
    day = date.fromisoformat(run.as_of)
    return [
        _fresh(card, last.get(name), newest.get(name), paused.get(name), day) for name, card in sorted(cards.items())
    ]


def _fresh(card: Card, used: Row | None, newest: Row | None, paused: Row | None, day: date) -> Freshness:
    about = None if used is None else used["as_of"] or add_months(used["period_month"], 1) - timedelta(days=1)
    age = None if about is None else max((day - about).days, 0)
    reason = None
    if paused is not None:
        state, reason = "paused", str(paused["reason"])
    elif newest is not None and newest["state"] in ("refused", "held"):
        state = "refused"
    elif age is None:
        state = "missing"
    else:
        state = "late" if age > card.cadence.max_age_days else "fresh"
    shown = used or {}
    return Freshness(
        card.source, card, state, about, age, shown.get("file_name"), shown.get("rows"), shown.get("matched"), reason
    )


_LAST_USED = """
    select * from run_delivery where used
    qualify row_number() over (partition by source order by coalesce(as_of, period_month) desc, landed_at desc) = 1
"""
_NEWEST = """
    select source, state from run_delivery
    qualify row_number() over (partition by source order by coalesce(as_of, period_month) desc, landed_at desc) = 1
"""
