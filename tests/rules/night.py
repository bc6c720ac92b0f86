"""A whole night in a temporary folder: a ledger, a run, and the warehouse file of a few rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from core.moment import Moment, RunKind
from core.settings import Settings
from ledger import deliveries, runs
from ledger.deliveries import Delivery
from ledger.run import Ledger, open_ledger
from rules.run import ask
from tests.rules.small_warehouse import Case, build
from warehouse.database import open_database

DAY = date(2026, 6, 20)
LANDED = datetime(2026, 6, 16, 2, 30, tzinfo=UTC)
Row = dict[str, Any]


@dataclass
class Night:
    """A run whose warehouse is ready to be asked."""

    settings: Settings
    ledger: Ledger
    run_id: str

    def ask(self) -> Path:
        """Ask every rule."""
        return ask(self.run_id, ledger=self.ledger, settings=self.settings)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the warehouse."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    @property
    def path(self) -> Path:
        """The warehouse file."""
        return self.settings.home / "work" / self.run_id / "warehouse.duckdb"


def night(home: Path, given: dict[str, list[Row]], **settings: Any) -> Night:
    """A begun run with a warehouse holding `given`; the delivery of each table is known to the ledger."""
    here = Settings(home=home, **settings)
    ledger = open_ledger(here)
    run_id = runs.begin(ledger, Moment(DAY, datetime(2026, 6, 20, 17, tzinfo=UTC)), RunKind.NIGHTLY, None)
    for table in ("roster", *given):
        deliveries.record(ledger, _delivery(table))
    made = Night(here, ledger, run_id)
    made.path.parent.mkdir(parents=True, exist_ok=True)
    connection = open_database(made.path, here)
    build(connection, Case("night", "a night", DAY, {}, given, []))
    connection.execute("drop table policy").fetchall()
    connection.close()
    runs.add_event(ledger, run_id, "joined", {})
    return made


def _delivery(source: str) -> Delivery:
    return Delivery(
        delivery_id=f"{source}-{'0' * 12}",
        source=source,
        file_name=f"{source}_202605.csv",
        sha256="0" * 64,
        byte_count=1,
        row_count=1,
        as_of=DAY,
        period_month=None,
        landed_at=LANDED,
        claims_received_at=None,
        control=None,
        landing_path=source,
    )
