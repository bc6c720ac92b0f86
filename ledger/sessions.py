"""Sessions: the cookie's value is known to the browser only; the table holds its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from core.moment import now
from ledger import audit
from ledger.access_schema import session
from ledger.run import Ledger

TOUCH_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class Session:
    """One login. `token` is the cookie's clear value, `session_hash` what the table knows it by.

    `way` is how its person proved who they are: `password`, or `oidc` where a provider said so.
    """

    token: str
    session_hash: str
    user_id: str
    address: str
    way: str
    started_at: datetime
    seen_at: datetime
    stepped_up_at: datetime | None


def start(ledger: Ledger, user_id: str, *, address: str, way: str = "password", limit: int = 3) -> Session:
    """Begin a session; the oldest one beyond `limit` at once ends. Audited."""

    def write(connection: Connection) -> Session:
        begun = _insert(connection, user_id, address, way, now(), None)
        alive = select(session.c.session_hash).where(session.c.user_id == user_id, session.c.ended_at.is_(None))
        hashes = connection.execute(alive.order_by(session.c.started_at.desc())).scalars().all()
        for one in hashes[limit:]:
            _end(connection, session.c.session_hash == one, "too_many")
        told = {"address": address, "way": way}
        audit.append(connection, ledger.settings, "session.started", by=user_id, subject=user_id, detail=told)
        return begun

    return ledger.write_all(write)


def find(ledger: Ledger, token: str) -> Session | None:
    """The living session of this cookie; it is touched at most once a minute.

    Idle longer than `session_idle_minutes`, or older than `session_hours`, it is no session any more.
    """
    with ledger.read() as connection:
        found = _living(connection, ledger, token)
    if found is not None and found.seen_at < now() - TOUCH_EVERY:
        touched = session.update().where(session.c.session_hash == found.session_hash, session.c.ended_at.is_(None))
        ledger.write_all(lambda connection: connection.execute(touched.values(seen_at=now())))
    return found


def rotate(ledger: Ledger, token: str) -> Session | None:
    """Give a living session another cookie value and end the old one; nothing, if it lives no more."""

    def write(connection: Connection) -> Session | None:
        found = _living(connection, ledger, token)
        if found is None:
            return None
        _end(connection, session.c.session_hash == found.session_hash, "rotated")
        return _insert(connection, found.user_id, found.address, found.way, found.started_at, found.stepped_up_at)

    return ledger.write_all(write)


def step_up(ledger: Ledger, token: str, *, way: str = "password") -> Session | None:
    """Rotate the session and note that its person has just proved who they are again, and in which way. Audited."""

    def write(connection: Connection) -> Session | None:
        found = _living(connection, ledger, token)
        if found is None:
            return None
        _end(connection, session.c.session_hash == found.session_hash, "stepped_up")
        told: dict[str, Any] = {"by": found.user_id, "subject": found.user_id, "detail": {"way": way}}
        audit.append(connection, ledger.settings, "session.stepped_up", **told)
        return _insert(connection, found.user_id, found.address, found.way, found.started_at, now())

    return ledger.write_all(write)


def end(ledger: Ledger, token: str) -> None:
    """Sign out."""
    ledger.write_all(lambda connection: _end(connection, session.c.session_hash == _hash(token), "signed_out"))


def end_all(ledger: Ledger, user_id: str, *, by: str) -> int:
    """Sign a person out everywhere; audited. How many sessions ended."""

    def write(connection: Connection) -> int:
        ended = _end(connection, session.c.user_id == user_id, "ended_everywhere")
        audit.append(connection, ledger.settings, "session.ended_all", by=by, subject=user_id, detail={"ended": ended})
        return ended

    return ledger.write_all(write)


def listed(ledger: Ledger, user_id: str) -> list[Session]:
    """The living sessions of a person, newest first, without their tokens."""
    query = _query(ledger).where(session.c.user_id == user_id).order_by(session.c.started_at.desc())
    with ledger.read() as connection:
        return [Session(token="", **row) for row in connection.execute(query).mappings()]


def _query(ledger: Ledger) -> Any:
    names = ("session_hash", "user_id", "address", "way", "started_at", "seen_at", "stepped_up_at")
    return select(*(session.c[name] for name in names)).where(
        session.c.ended_at.is_(None),
        session.c.seen_at > now() - timedelta(minutes=ledger.settings.session_idle_minutes),
        session.c.started_at > now() - timedelta(hours=ledger.settings.session_hours),
    )


def _living(connection: Connection, ledger: Ledger, token: str) -> Session | None:
    row = connection.execute(_query(ledger).where(session.c.session_hash == _hash(token))).mappings().first()
    return Session(token=token, **row) if row else None


def _insert(
    connection: Connection, user_id: str, address: str, way: str, started_at: datetime, stepped_up_at: datetime | None
) -> Session:
    token = secrets.token_urlsafe(32)
    begun = Session(token, _hash(token), user_id, address, way, started_at, now(), stepped_up_at)
    row = {name: value for name, value in vars(begun).items() if name != "token"}
    connection.execute(session.insert().values(row))
    return begun


def _end(connection: Connection, which: Any, why: str) -> int:
    living = session.update().where(which, session.c.ended_at.is_(None))
    return connection.execute(living.values(ended_at=now(), ended_why=why)).rowcount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
