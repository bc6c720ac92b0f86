"""A small house with one feed: its room, its ledger, and deliveries that stand extracted in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from core.moment import Moment, RunKind
from core.settings import Settings
from ledger import deliveries, extracts, runs
from ledger.deliveries import Delivery
from ledger.health import record_health
from ledger.run import Ledger, open_ledger
from sources.card import Card
from tests.expectations.wage_feed import CARD, CHECKS
from transforms.schema import COMMON
from transforms.tables import TABLES

KNOWN_AT = datetime(2026, 6, 20, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """One installation in a temporary folder."""

    settings: Settings
    ledger: Ledger

    def night(self, known_at: datetime = KNOWN_AT) -> str:
        """Begin a nightly run."""
        return runs.begin(self.ledger, Moment(date(2026, 6, 20), known_at), RunKind.NIGHTLY)

    def deliver(
        self,
        month: date,
        *,
        wages: list[Mapping[str, Any]] | None = None,
        source: str = "tax_withholding",
        control: dict[str, Any] | None = None,
        health: Mapping[str, Any] | None = None,
        read: bool = True,
        **classes: int,
    ) -> str:
        """A delivery of the month that was landed, read and recorded; `classes` replaces the healthy account."""
        digest = hashlib.sha256(f"{source}{month}{wages}{classes}{control}".encode()).hexdigest()
        delivery_id = f"{source}-{digest[:12]}"
        none = {"structurally_refused": 0, "duplicate": 0, "refused_by_meaning": 0, "matched": 0}
        account = none | (classes or {"matched": 3, "not_subject": 9_990, "unusable_id": 7})
        landed_at = datetime(month.year, month.month, 25, 3, 0, tzinfo=UTC)
        name = f"sw_{month:%Y%m}.csv"
        landed = Delivery(delivery_id, source, name, digest, 1, None, month, month, landed_at, None, control, "")
        deliveries.record(self.ledger, landed)
        if read:
            figures = {"ids": 9_993, "ids_ending_000": 9, "ids_ending_x": 900}
            figures |= {"unknown_codes": {}, "structural": {}, "sums": {}}
            record_health(self.ledger, delivery_id, "s1", account, figures | dict(health or {}))
            given = wages if wages is not None else [{}, {}, {}]
            rows = [wage_row(delivery_id, source, line, row) for line, row in enumerate(given, start=2)]
            self.extract(source, delivery_id, rows, account)
        return delivery_id

    def extract(
        self,
        source: str,
        delivery_id: str,
        rows: list[dict[str, Any]],
        account: dict[str, int],
        subject_set: str = "s1",
    ) -> None:
        """Rows of a delivery for one subject set, written and recorded."""
        path = Path("extracts") / source / f"{delivery_id}.{subject_set}.v1"
        (self.settings.home / path).mkdir(parents=True)
        schema = {column.name: column.kind for column in (*COMMON, *TABLES[CARD.table].columns)}
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(self.settings.home / path / "rows.parquet")
        extracts.record(self.ledger, delivery_id, subject_set, "v1", str(path), "0" * 64, None, account)


def wage_row(delivery_id: str, source: str, line: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """One healthy extract row of withheld_income, changed by `given`."""
    return {
        "row_key": f"{delivery_id}:{line}",
        "delivery_id": delivery_id,
        "source": source,
        "line_number": line,
        "row_hash": hashlib.md5(str(line).encode(), usedforsecurity=False).hexdigest(),
        "person_key": f"p{line:07}",
        "id_basis": "id18",
        "name_relation": "same",
        "birth_relation": "missing",
        "refused_by": None,
        "income_month": date(2026, 5, 1),
        "item_code": "wage",
        "income_yuan": 3_000,
        "tax_yuan": 0,
        "payer_token": "ab" * 16,
        "payer_name": "沈河某公司",
        **given,
    }


def house(home: Path, cards: list[Card] | None = None, checks: list[dict[str, Any]] | None = None) -> House:
    """A fresh installation whose sources are the cards given (the wage feed alone, if none)."""
    sources = home / "rooms"
    for card in cards or [CARD]:
        room = sources / card.source
        room.mkdir(parents=True)
        words = card.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        (room / "source.yml").write_text(yaml.safe_dump(words, allow_unicode=True), "utf-8")
        written = CHECKS if checks is None else checks
        (room / "checks.yml").write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    settings = Settings(home=home / "state", sources_folder=sources, threads=2, memory_limit="1GB")
    return House(settings, open_ledger(settings))
