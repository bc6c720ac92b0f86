"""Delivery health and row accounts, kept per delivery and subject set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from core.moment import now
from ledger.run import Ledger
from ledger.schema import delivery_health


@dataclass(frozen=True)
class Health:
    """`account`: rows per class, summing to the rows received; `health`: figures over all rows of the file."""

    delivery_id: str
    subject_set_id: str
    account: dict[str, int]
    health: dict[str, Any]
    at: datetime


def record_health(
    ledger: Ledger, delivery_id: str, subject_set_id: str, account: dict[str, int], health: dict[str, Any]
) -> None:
    """Append the account and health of one reading; the same figures again change nothing."""
    ledger.write_all(lambda connection: record_within(connection, delivery_id, subject_set_id, account, health))


def record_within(
    connection: Connection, delivery_id: str, subject_set_id: str, account: dict[str, int], health: dict[str, Any]
) -> None:
    """`record_health` inside an open write transaction."""
    last = _last(connection, delivery_id, subject_set_id)
    if last is None or (last.account, last.health) != (account, health):
        row = {"delivery_id": delivery_id, "subject_set_id": subject_set_id, "account": account, "health": health}
        connection.execute(delivery_health.insert().values(**row, at=now()))


def health_of(ledger: Ledger, delivery_id: str, subject_set_id: str | None = None) -> Health | None:
    """The last account and health of a delivery (for one subject set, or whichever was read last)."""
    with ledger.read() as connection:
        return _last(connection, delivery_id, subject_set_id)


def _last(connection: Connection, delivery_id: str, subject_set_id: str | None) -> Health | None:
    table = delivery_health
    query = select(table).where(table.c.delivery_id == delivery_id).order_by(table.c.sequence.desc()).limit(1)
    if subject_set_id is not None:
        query = query.where(table.c.subject_set_id == subject_set_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    return Health(row["delivery_id"], row["subject_set_id"], row["account"], row["health"], row["at"])
