"""Which deliveries a run may read, and what it knows of the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from core.moment import first_of_month
from ledger import deliveries, extracts
from ledger.deliveries import Delivery
from ledger.extracts import Extract
from ledger.feeds import FeedState
from ledger.run import Ledger
from ledger.runs import Run
from ledger.sayings import with_sayings
from sources.card import Card
from sources.request import belongs
from sources.statement import every_standing, latest_standing, statement_of
from transforms.own_subjects import REQUEST_TABLE
from transforms.subjects import STANDING
from warehouse.knowledge import DELIVERY

CLASSES = ("structurally_refused", "duplicate", "unusable_id", "not_subject", "refused_by_meaning", "matched")


def known_deliveries(
    run: Run, cards: Mapping[str, Card], feeds: Mapping[str, FeedState], request: Delivery | None, *, ledger: Ledger
) -> pl.DataFrame:
    """Every delivery landed by the run's instant and about its day or before, with `used` and its state.

    Used are the accepted ones that stand: of a snapshot the latest told whole, of what was corrected the last saying.
    A delivery that landed while its feed was paused has state `paused` and is not used. Who is asked about stands in
    the roster, or in `request`, the one delivery that a commissioned run names; what came with another is not known.
    """
    states = deliveries.states_at(ledger, run.known_at)
    accounts = _accounts(ledger)
    listed = [
        one
        for one in deliveries.list_deliveries(ledger, known_at=run.known_at)
        if one.source in cards and belongs(one, cards[one.source], request, cards)
    ]
    landed = _last_said(with_sayings(ledger, listed, run.known_at), feeds, run.as_of)
    rows = [
        _row(one, cards[one.source], _state(states[one.delivery_id], one, feeds[one.source]), accounts)
        for one in landed
    ]
    purged = {one.delivery_id for one in landed if _purged(ledger, one.delivery_id, run)}
    for row in rows:
        row["unsearched_reason"] = "raw_file_erased" if row["delivery_id"] in purged else "not_extracted"
    frame = pl.DataFrame(rows, schema=DELIVERY)
    accepted = set(frame.filter(pl.col("state") == "accepted")["delivery_id"])
    stand = _standing([one for one in landed if one.delivery_id in accepted], cards)
    return _with_used(frame, stand, cards, run.request)


def _last_said(said: list[Delivery], feeds: Mapping[str, FeedState], as_of: date) -> list[Delivery]:
    """Each delivery about the day or before, as of the last such day it was stated for; not for one behind a pause."""
    last: dict[str, Delivery] = {}
    for one in said:
        earlier = last.get(one.delivery_id)
        again = earlier is not None and (_about(one) < _about(earlier) or _behind(one, feeds[one.source]))
        if _about(one) <= as_of and not again:
            last[one.delivery_id] = one
    return list(last.values())


def _about(one: Delivery) -> date:
    """The day a delivery is about: a monthly file speaks of its month from the first day on."""
    return one.period_month or one.as_of or one.landed_at.date()


def _state(state: str, one: Delivery, feed: FeedState) -> str:
    return "paused" if state == "accepted" and _behind(one, feed) else state


def _behind(one: Delivery, feed: FeedState) -> bool:
    return feed.paused and feed.since is not None and one.landed_at > feed.since


def _purged(ledger: Ledger, delivery_id: str, run: Run) -> bool:
    return any(event.kind == "purged" and event.at <= run.known_at for event in deliveries.events(ledger, delivery_id))


def _row(one: Delivery, card: Card, state: str, accounts: Mapping[str, dict[str, int]]) -> dict[str, Any]:
    account = accounts.get(one.delivery_id, {})
    month = first_of_month(one.period_month or _about(one))
    return {
        "delivery_id": one.delivery_id,
        "source": one.source,
        "file_name": one.file_name,
        "sha256": one.sha256,
        "state": state,
        "used": state == "accepted",
        "as_of": one.as_of or _about(one),
        "period_month": month if card.kind == "delta" else one.period_month,
        "part": statement_of(one.file_name, card).place,
        "slot_month": month if card.kind == "delta" else first_of_month(one.as_of or _about(one)),
        "landed_at": one.landed_at,
        "rows": one.row_count if one.row_count is not None else sum(account.values()) if account else None,
        **{name: account.get(name) for name in CLASSES},
    }


def _accounts(ledger: Ledger) -> dict[str, dict[str, int]]:
    """Delivery id → its rows by class for everybody it was read for, by the transforms it was read with last.

    A delivery is read again for persons who came later, and that reading knows the others' rows as nobody's.
    """
    read: dict[str, dict[str, Extract]] = {}
    for one in extracts.find(ledger):
        known = read.setdefault(one.delivery_id, {})
        if any(other.transform_version != one.transform_version for other in known.values()):
            known.clear()
        known[one.subject_set_id] = one
    return {delivery_id: _together([one.account for one in known.values()]) for delivery_id, known in read.items()}


def _together(accounts: list[dict[str, int]]) -> dict[str, int]:
    """One account of several readings of the same rows, each for other persons."""
    theirs = ("refused_by_meaning", "matched")
    told = {name: max(one.get(name, 0) for one in accounts) for name in CLASSES}
    left = sum(accounts[0].values()) - sum(told[name] for name in CLASSES if name not in ("not_subject", *theirs))
    for name in theirs:
        told[name] = min(sum(one.get(name, 0) for one in accounts), left)
        left -= told[name]
    return {**told, "not_subject": left}


def _standing(accepted: list[Delivery], cards: Mapping[str, Card]) -> set[str]:
    """Ids of the accepted deliveries that stand: of a snapshot the latest told whole, of a chain every period."""
    by_source: dict[str, list[Delivery]] = {}
    for one in accepted:
        by_source.setdefault(one.source, []).append(one)
    stand: set[str] = set()
    for source, these in by_source.items():
        card = cards[source]
        told = latest_standing(these, card) if card.kind == "snapshot" else every_standing(these, card)
        stand |= {one.delivery_id for one in told}
    return stand


def _with_used(rows: pl.DataFrame, stand: set[str], cards: Mapping[str, Card], request: str | None) -> pl.DataFrame:
    accepted, last = pl.col("state") == "accepted", pl.col("delivery_id").is_in(list(stand))
    lists = pl.col("source").is_in([card.source for card in cards.values() if card.table == REQUEST_TABLE])
    asked = pl.col("delivery_id") == request if request else pl.col("source") == STANDING
    used = accepted & pl.when(lists).then(asked & (last | pl.lit(request is not None))).otherwise(last)
    return rows.with_columns(used.fill_null(False).alias("used")).select(*DELIVERY)
