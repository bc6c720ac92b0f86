"""Feeds as the steward sees them: what came last, what waits, what is paused and why."""

from __future__ import annotations

from typing import Any

from core.errors import OperatorError
from core.moment import SHANGHAI, now
from core.settings import Settings
from expectations.feed import resume
from ledger import deliveries, feeds
from ledger.deliveries import Delivery
from ledger.run import Ledger, open_ledger
from sources.card import Card, load_cards


def feed_status(settings: Settings) -> list[dict[str, Any]]:
    """One record per card, by source: last accepted delivery, how many are in which state, and the pause if any."""
    ledger = open_ledger(settings)
    states = deliveries.states_at(ledger, now())
    return [_status(card, ledger, states) for _, card in sorted(load_cards(settings.sources_folder).items())]


def feed_lines(rows: list[dict[str, Any]]) -> list[str]:
    """The status for people, two lines where a feed is paused."""
    lines = []
    for row in rows:
        waiting = " · ".join(f"{count} {state}" for state, count in row["deliveries"].items() if state != "accepted")
        last = f"{row['last_file']} (as of {row['last_as_of']})" if row["last_file"] else "nothing accepted yet"
        mark = "⏸" if row["paused"] else "✓"
        lines.append(f"{mark} {row['source']} {row['title']} · {last}{' · ' + waiting if waiting else ''}")
        if row["paused"]:
            lines.append(f"    paused by {row['paused_by']} since {row['since']}: {row['reason']}")
            lines.append(f"    because of {row['because_of']}; resume with: hedui feed resume {row['source']}")
    return lines


def resume_feed(
    settings: Settings, source: str, *, by: str, reason: str, accept: str | None = None
) -> list[dict[str, str]]:
    """Let a paused feed go on, and accept one refused delivery if a person says so; the gates of what was held.

    Raises:
        OperatorError: no such source, no name or reason, or `accept` is no refused delivery of it.
    """
    cards = load_cards(settings.sources_folder)
    if source not in cards:
        raise OperatorError("feed.unknown", "there is no such source", where=source, todo="look at hedui feed status")
    gates = resume(source, by=by, reason=reason, accept=accept, ledger=open_ledger(settings), card=cards[source])
    return [{"delivery_id": gate.delivery_id, "state": gate.state} for gate in gates]


def _status(card: Card, ledger: Ledger, states: dict[str, str]) -> dict[str, Any]:
    landed = deliveries.list_deliveries(ledger, source=card.source)
    found = [states[one.delivery_id] for one in landed]
    accepted = [one for one in landed if states[one.delivery_id] == "accepted"]
    last = max(accepted, key=_about, default=None)
    state = feeds.state(ledger, card.source)
    return {
        "source": card.source,
        "title": card.title.zh,
        "last_file": last.file_name if last else None,
        "last_as_of": _about(last)[0] if last else None,
        "deliveries": {name: found.count(name) for name in sorted(set(found))},
        "paused": state.paused,
        "reason": state.reason if state.paused else None,
        "paused_by": state.by if state.paused else None,
        "since": f"{state.since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if state.paused and state.since else None,
        "because_of": state.delivery_id if state.paused else None,
    }


def _about(one: Delivery) -> tuple[str, str]:
    day = one.period_month or one.as_of or one.landed_at.astimezone(SHANGHAI).date()
    return day.isoformat(), one.landed_at.isoformat()
