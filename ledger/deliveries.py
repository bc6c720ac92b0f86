"""Deliveries: what arrived, what became of it, and what was known of it when."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from core.errors import DefectError, OperatorError
from core.moment import now
from ledger.health import Health, health_of, record_health
from ledger.run import Ledger
from ledger.schema import delivery, delivery_event

__all__ = [
    "Delivery",
    "DeliveryEvent",
    "accepted",
    "add_event",
    "add_event_within",
    "events",
    "get",
    "health_of",
    "list_deliveries",
    "previous_health",
    "record",
    "record_health",
    "state_at",
    "states_at",
]

KINDS = frozenset({"landed", "duplicate_received", "extracted", "accepted", "refused", "held", "purged"})
_VERDICTS = ("accepted", "refused", "held")
NOT_LANDED = "not_landed"


@dataclass(frozen=True)
class Delivery:
    """One file of one source as it came; `delivery_id` is `<source>-<first 12 hex of sha256>`."""

    delivery_id: str
    source: str
    file_name: str
    sha256: str
    byte_count: int
    row_count: int | None
    as_of: date | None
    period_month: date | None
    landed_at: datetime
    claims_received_at: datetime | None
    control: dict[str, Any] | None
    landing_path: str


@dataclass(frozen=True)
class DeliveryEvent:
    """Something that happened to a delivery."""

    delivery_id: str
    kind: str
    detail: dict[str, Any]
    at: datetime


def record(ledger: Ledger, landed: Delivery) -> bool:
    """Record a landed delivery and its event `landed`; False (and nothing changes) if it is known already."""

    def write(connection: Connection) -> bool:
        if _row(connection, landed.delivery_id) is not None:
            return False
        connection.execute(delivery.insert().values(asdict(landed)))
        add_event_within(connection, landed.delivery_id, "landed", {}, landed.landed_at)
        return True

    return ledger.write_all(write)


def get(ledger: Ledger, delivery_id: str) -> Delivery:
    """The delivery of this id.

    Raises:
        OperatorError: no such delivery was ever landed.
    """
    with ledger.read() as connection:
        found = _row(connection, delivery_id)
    if found is None:
        raise OperatorError(
            "delivery.unknown",
            "no such delivery was landed",
            where=delivery_id,
            todo="check the id (hedui feed status)",
        )
    return found


def list_deliveries(ledger: Ledger, *, source: str | None = None, known_at: datetime | None = None) -> list[Delivery]:
    """Deliveries landed up to `known_at` (all, if not given), in the order they landed."""
    query = select(delivery).order_by(delivery.c.landed_at, delivery.c.delivery_id)
    if source is not None:
        query = query.where(delivery.c.source == source)
    if known_at is not None:
        query = query.where(delivery.c.landed_at <= known_at)
    with ledger.read() as connection:
        return [Delivery(**row) for row in connection.execute(query).mappings()]


def add_event(ledger: Ledger, delivery_id: str, kind: str, detail: dict[str, Any], at: datetime | None = None) -> None:
    """Append an event. `at` is taken inside the transaction unless given.

    A gate's verdict inside a run carries the run's `known_at`: what was known then is what the gate looked at.

    Raises:
        DefectError: unknown kind.
    """
    if kind not in KINDS:
        raise DefectError("delivery.kind", f"unknown event kind {kind}", where=delivery_id, todo="use a known kind")
    ledger.write_all(lambda connection: add_event_within(connection, delivery_id, kind, detail, at or now()))


def add_event_within(connection: Connection, delivery_id: str, kind: str, detail: dict[str, Any], at: datetime) -> None:
    """`add_event` inside an open write transaction."""
    connection.execute(delivery_event.insert().values(delivery_id=delivery_id, kind=kind, detail=detail, at=at))


def events(ledger: Ledger, delivery_id: str) -> list[DeliveryEvent]:
    """Everything that happened to a delivery, in order."""
    with ledger.read() as connection:
        return events_within(connection, delivery_id)


def events_within(connection: Connection, delivery_id: str) -> list[DeliveryEvent]:
    """`events` on an open connection."""
    query = select(delivery_event).where(delivery_event.c.delivery_id == delivery_id)
    rows = connection.execute(query.order_by(delivery_event.c.sequence)).mappings().all()
    return [DeliveryEvent(row["delivery_id"], row["kind"], row["detail"], row["at"]) for row in rows]


def state_at(ledger: Ledger, delivery_id: str, known_at: datetime) -> str:
    """`not_landed`, `landed`, `extracted`, `accepted`, `refused`, `held`, or `purged`.

    A gate's last verdict stands through later extractions and purging: extracts outlive the raw file.
    """
    return states_at(ledger, known_at, [delivery_id]).get(delivery_id, NOT_LANDED)


def states_at(ledger: Ledger, known_at: datetime, delivery_ids: list[str] | None = None) -> dict[str, str]:
    """The state of every delivery that was landed at `known_at` (or of those named), as `state_at` defines it."""
    query = select(delivery_event.c.delivery_id, delivery_event.c.kind).where(delivery_event.c.at <= known_at)
    if delivery_ids is not None:
        query = query.where(delivery_event.c.delivery_id.in_(delivery_ids))
    states: dict[str, str] = {}
    with ledger.read() as connection:
        for delivery_id, kind in connection.execute(query.order_by(delivery_event.c.at, delivery_event.c.sequence)):
            states[delivery_id] = _following(states.get(delivery_id, NOT_LANDED), kind)
    return states


def accepted(ledger: Ledger, source: str, known_at: datetime) -> list[Delivery]:
    """Deliveries of a source whose last gate verdict at `known_at` was to accept, in the order they landed."""
    landed = list_deliveries(ledger, source=source, known_at=known_at)
    states = states_at(ledger, known_at, [one.delivery_id for one in landed])
    return [one for one in landed if states.get(one.delivery_id) == "accepted"]


def previous_health(ledger: Ledger, delivery_id: str, known_at: datetime | None = None) -> Health | None:
    """The health of the accepted delivery of the same source that comes right before this one in time.

    In time means by period (or as-of day), then by landing: months that are loaded together still have an order.
    """
    this = get(ledger, delivery_id)
    before = [
        one
        for one in accepted(ledger, this.source, known_at or now())
        if one.delivery_id != delivery_id and _place(one) < _place(this)
    ]
    return health_of(ledger, max(before, key=_place).delivery_id) if before else None


def _following(state: str, kind: str) -> str:
    if kind in _VERDICTS:
        return kind
    if state in _VERDICTS or kind == "duplicate_received":
        return state
    return kind


def _row(connection: Connection, delivery_id: str) -> Delivery | None:
    row = connection.execute(select(delivery).where(delivery.c.delivery_id == delivery_id)).mappings().first()
    return Delivery(**row) if row else None


def _place(one: Delivery) -> tuple[date, datetime, str]:
    return (one.period_month or one.as_of or date.min, one.landed_at, one.delivery_id)
