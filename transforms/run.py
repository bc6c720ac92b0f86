"""The door of the transforms: read a delivery once, keep the subjects' rows in our words, account for every row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from core.moment import SHANGHAI
from core.sealing import master_key
from core.settings import Settings
from ledger import deliveries, extracts, health, keys
from ledger.deliveries import Delivery
from ledger.run import Ledger
from sources.card import Card, load_card
from sources.rows import rows_of
from transforms.account import Account
from transforms.extract_files import Written, write_extract
from transforms.extract_rows import Rows, extract_rows
from transforms.first_pass import ROW, Read, Sieve, read_once
from transforms.health import HealthCount
from transforms.identify import identified
from transforms.links import links
from transforms.meaning import refusals
from transforms.own_subjects import REQUEST_TABLE, resolved, sift_own
from transforms.possible import possible
from transforms.quarantine import REFUSED, seal_refused
from transforms.record import Kept, record
from transforms.sealers import sealed_rows
from transforms.sieve import sift
from transforms.subject_set import Subjects
from transforms.tokens import tokeniser
from transforms.version import transform_version


@dataclass(frozen=True)
class Extracted:
    """An extract: where it stands, its account (class → rows) and the delivery's health."""

    delivery_id: str
    source: str
    subject_set_id: str
    transform_version: str
    path: Path
    account: dict[str, int]
    health: dict[str, Any]


def extract(delivery_id: str, subjects: Subjects | None, *, ledger: Ledger, settings: Settings) -> Extracted:
    """Read a landed delivery for these subjects; `subjects` is None for a roster or request, which is its own.

    Writes `rows.parquet` and `sealed.parquet` beside, renames, then records. The same delivery, subjects and transforms
    give the same bytes; what is recorded already is returned as it is.

    Raises:
        ProviderError: the file as a whole is not what was agreed.
        OperatorError: no such delivery, or its key was erased.
        DefectError: the account does not close, or a check or transform breaks its promise.
    """
    delivery = deliveries.get(ledger, delivery_id)
    card = load_card(settings.sources_folder / delivery.source)
    version = transform_version(card, settings)
    known = extracts.find(ledger, delivery_id, subjects.subject_set_id if subjects else None, version)
    if known:
        return _as_recorded(delivery, known[-1], ledger=ledger, settings=settings)
    return _Extraction(delivery, card, version, ledger, settings).run(subjects)


@dataclass(frozen=True)
class _Extraction:
    delivery: Delivery
    card: Card
    version: str
    ledger: Ledger
    settings: Settings

    def run(self, subjects: Subjects | None) -> Extracted:
        counted = HealthCount(self.card, self._on, (self.delivery.control or {}).get("sums") or {})
        batches = rows_of(self.delivery, self.card, ledger=self.ledger, settings=self.settings)
        found = read_once(batches, self._sieve(subjects), counted)
        linked = found.links.join(found.cells, on=ROW, maintain_order="left")
        if self.card.table == REQUEST_TABLE:
            linked, subjects = self._own(linked)
        else:
            assert subjects is not None
            linked = identified(linked, subjects)
        made = extract_rows(
            linked,
            self.card,
            refusals(self.card.source, self.settings),
            delivery_id=self.delivery.delivery_id,
            on=self._on,
            master=master_key(self.settings),
        )
        account = _account(found, made, self.delivery.delivery_id)
        self._quarantine(found, made, subjects.subject_set_id)
        written, folder = self._write(made, subjects)
        figures = {**counted.figures(), "faults": made.faults}
        kept = Kept(self.delivery.delivery_id, self.version, folder, written, asdict(account), figures)
        record(kept, subjects, ledger=self.ledger, settings=self.settings)
        return self._extracted(kept, subjects.subject_set_id)

    def _extracted(self, kept: Kept, subject_set_id: str) -> Extracted:
        source, version = self.delivery.source, self.version
        return Extracted(kept.delivery_id, source, subject_set_id, version, kept.folder, kept.account, kept.health)

    @property
    def _on(self) -> date:
        """The day whose code tables hold: what the file is as of, else the day it came."""
        return self.delivery.as_of or self.delivery.landed_at.astimezone(SHANGHAI).date()

    def _sieve(self, subjects: Subjects | None) -> Sieve:
        if self.card.table == REQUEST_TABLE:
            return Sieve(lambda rows: pl.repeat(True, rows.height, eager=True), sift_own)
        assert subjects is not None
        tables = links(subjects)
        return Sieve(possible(tables).rows, lambda rows: sift(rows, tables))

    def _own(self, linked: pl.DataFrame) -> tuple[pl.DataFrame, Subjects]:
        token = tokeniser(master_key(self.settings))
        delivery = self.delivery
        return resolved(linked, token, ledger=self.ledger, delivery_id=delivery.delivery_id, source=delivery.source)

    def _quarantine(self, found: Read, made: Rows, subject_set_id: str) -> None:
        put_aside = made.rows.select(
            "line_number", pl.col("refused_by").alias("reason"), made.given["given"].alias("raw")
        )
        refused = pl.concat([found.refused.cast(REFUSED), put_aside.drop_nulls("reason").unique("line_number")])  # type: ignore[arg-type]
        name = f"{self.delivery.delivery_id}.{subject_set_id}"
        key = keys.open_key(self.ledger, f"delivery:{self.delivery.delivery_id}")
        seal_refused(refused, self.settings.folder("quarantine") / name, key)

    def _write(self, made: Rows, subjects: Subjects) -> tuple[Written, Path]:
        sealed = sealed_rows(made.given, subjects, self.ledger)
        name = f"{self.delivery.delivery_id}.{subjects.subject_set_id}.v{self.version}"
        folder = self.settings.folder("extracts") / self.delivery.source / name
        return write_extract(folder, made.rows, sealed), folder


def _as_recorded(delivery: Delivery, one: extracts.Extract, *, ledger: Ledger, settings: Settings) -> Extracted:
    kept = health.health_of(ledger, delivery.delivery_id, one.subject_set_id)
    return Extracted(
        delivery.delivery_id,
        delivery.source,
        one.subject_set_id,
        one.transform_version,
        settings.home / one.path,
        one.account,
        kept.health if kept else {},
    )


def _account(found: Read, made: Rows, where: str) -> Account:
    refused = made.given.filter(made.rows["refused_by"].is_not_null())[ROW].unique()
    by_meaning = int((~refused.is_in(found.unusable.implode())).sum())
    counts = dict(found.counts)
    kept = counts.pop("kept")
    account = Account(**counts, refused_by_meaning=by_meaning, matched=kept - by_meaning)
    return account.closed(found.received, where=where)
