"""Ledger entries as tests need them."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from ledger import deliveries
from ledger.deliveries import Delivery
from ledger.run import Ledger

LANDED = datetime(2026, 6, 16, 2, 30, tzinfo=UTC)


def landed(source: str, number: int = 1, **changes: Any) -> Delivery:
    """A delivery of a source; `number` tells several apart."""
    sha = hashlib.sha256(f"{source}{number}".encode()).hexdigest()
    values: dict[str, Any] = {
        "delivery_id": f"{source}-{sha[:12]}",
        "source": source,
        "file_name": f"{source}_{number}.csv",
        "sha256": sha,
        "byte_count": 100,
        "row_count": 10,
        "as_of": date(2026, 6, 15),
        "period_month": None,
        "landed_at": LANDED,
        "claims_received_at": None,
        "control": {"rows": 10},
        "landing_path": f"landing/{source}/{sha[:12]}",
    }
    return Delivery(**{**values, **changes})


def record(ledger: Ledger, delivery: Delivery, *states: str, at: datetime | None = None) -> Delivery:
    """Record a delivery and the states it came to."""
    assert deliveries.record(ledger, delivery)
    for state in states:
        deliveries.add_event(ledger, delivery.delivery_id, state, {}, at)
    return delivery


def observed(*keys: str, **changes: Any) -> pl.DataFrame:
    """Findings seen tonight, all of one rule and household unless told otherwise."""
    columns = {"rule": "R-INC-01", "household_key": "h0000001", "person_key": None, "material": '{"found_yuan": "100"}'}
    frame = pl.DataFrame({"finding_key": list(keys)}, schema={"finding_key": pl.String})
    return frame.with_columns(pl.lit(value, pl.String).alias(name) for name, value in {**columns, **changes}.items())


def no_findings() -> pl.DataFrame:
    """Nothing about anything: finding_key, could_look."""
    return pl.DataFrame(schema={"finding_key": pl.String, "could_look": pl.Boolean})


def looked(**could: bool) -> pl.DataFrame:
    """finding_key → whether it could be looked for."""
    return pl.DataFrame(list(could.items()), schema={"finding_key": pl.String, "could_look": pl.Boolean}, orient="row")
