"""A snapshot whose bytes come again for another day says again what it said: the same delivery, as of that day too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from ledger.deliveries import Delivery
from ledger.run import Ledger
from ledger.schema import delivery_event

AS_OF = "as_of"
"""In the event `duplicate_received`: the other day that the bytes were stated for."""


def with_sayings(ledger: Ledger, landed: Iterable[Delivery], known_at: datetime) -> list[Delivery]:
    """The deliveries, and after each the same once more per other day it was stated for by `known_at`.

    Such a saying has the delivery's id and rows, the day and file name it was stated under, and the instant it came.
    """
    query = select(delivery_event).where(delivery_event.c.kind == "duplicate_received", delivery_event.c.at <= known_at)
    with ledger.read() as connection:
        events = connection.execute(query.order_by(delivery_event.c.sequence)).mappings().all()
    again: dict[str, list[tuple[date, str, datetime]]] = {}
    for event in events:
        if AS_OF in event["detail"]:
            said = (date.fromisoformat(event["detail"][AS_OF]), event["detail"]["file_name"], event["at"])
            again.setdefault(event["delivery_id"], []).append(said)
    return [
        saying
        for one in landed
        for saying in (
            one,
            *(
                replace(one, as_of=day, file_name=name, landed_at=at)
                for day, name, at in again.get(one.delivery_id, [])
            ),
        )
    ]
