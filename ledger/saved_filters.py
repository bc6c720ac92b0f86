"""Filters that a person keeps under a name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from core.moment import now
from ledger.access_schema import saved_filter
from ledger.run import Ledger


def save(ledger: Ledger, user_id: str, name: str, query: dict[str, Any]) -> None:
    """Keep a filter; one of the same name is replaced."""

    def write(connection: Connection) -> None:
        _remove(connection, user_id, name)
        row = {"user_id": user_id, "name": name, "query": query, "at": now()}
        connection.execute(saved_filter.insert().values(row))

    ledger.write_all(write)


def listed(ledger: Ledger, user_id: str) -> dict[str, dict[str, Any]]:
    """Name → query of a person's filters, by name."""
    mine = (saved_filter.c.user_id == user_id) & saved_filter.c.removed_at.is_(None)
    query = select(saved_filter.c.name, saved_filter.c.query).where(mine).order_by(saved_filter.c.name)
    with ledger.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def remove(ledger: Ledger, user_id: str, name: str) -> None:
    """Forget a filter."""
    ledger.write_all(lambda connection: _remove(connection, user_id, name))


def _remove(connection: Connection, user_id: str, name: str) -> None:
    mine = (saved_filter.c.user_id == user_id) & (saved_filter.c.name == name) & saved_filter.c.removed_at.is_(None)
    connection.execute(saved_filter.update().where(mine).values(removed_at=now()))
