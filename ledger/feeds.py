"""Feeds: a feed that failed a limit pauses itself until a named person resumes it with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from core.errors import OperatorError
from core.moment import now
from ledger import audit
from ledger.run import Ledger
from ledger.schema import feed_event


@dataclass(frozen=True)
class FeedState:
    """Whether a feed is paused; reason, name and instant of the last change (null if there was none)."""

    paused: bool
    reason: str | None
    by: str | None
    since: datetime | None
    delivery_id: str | None = None


def pause(ledger: Ledger, source: str, reason: str, by: str, delivery_id: str | None = None) -> bool:
    """Pause a feed; `by` is a person or the gate. False (and nothing changes) if it is paused already.

    Raises:
        OperatorError: reason or name is missing.
    """
    return _change(ledger, source, "paused", reason, by, delivery_id)


def resume(ledger: Ledger, source: str, reason: str, by: str) -> bool:
    """Resume a paused feed. False (and nothing changes) if it is not paused.

    Raises:
        OperatorError: reason or name is missing.
    """
    return _change(ledger, source, "resumed", reason, by, None)


def state(ledger: Ledger, source: str, known_at: datetime | None = None) -> FeedState:
    """The feed's state as known at an instant (default: now)."""
    with ledger.read() as connection:
        return _state(connection, source, known_at)


def _change(ledger: Ledger, source: str, kind: str, reason: str, by: str, delivery_id: str | None) -> bool:
    if not reason.strip() or not by.strip():
        raise OperatorError(
            "feed.reason", f"a feed is {kind} by a named person with a reason", where=source, todo="give both"
        )

    def write(connection: Connection) -> bool:
        if _state(connection, source, None).paused == (kind == "paused"):
            return False
        row = {"source": source, "kind": kind, "reason": reason, "by_whom": by, "delivery_id": delivery_id}
        connection.execute(feed_event.insert().values(**row, at=now()))
        detail = {"reason": reason, "delivery_id": delivery_id}
        audit.append(connection, ledger.settings, f"feed.{kind}", by=by, subject=source, detail=detail)
        return True

    return ledger.write_all(write)


def _state(connection: Connection, source: str, known_at: datetime | None) -> FeedState:
    query = select(feed_event).where(feed_event.c.source == source).order_by(feed_event.c.sequence.desc()).limit(1)
    if known_at is not None:
        query = query.where(feed_event.c.at <= known_at)
    row = connection.execute(query).mappings().first()
    if row is None:
        return FeedState(False, None, None, None)
    return FeedState(row["kind"] == "paused", row["reason"], row["by_whom"], row["at"], row["delivery_id"])
