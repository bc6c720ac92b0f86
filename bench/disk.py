"""What a centre keeps on disk: bytes measured after a night, carried over to a year by cadence and retention."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.settings import Settings
from ledger import deliveries
from ledger.run import open_ledger
from publish.thinning import NIGHTS
from sources.card import load_cards

FILES_PER_YEAR = {"month": 12, "quarter": 4, "year": 1, "once": 0}
_DAYS, _MONTHS = 365, 12


@dataclass(frozen=True)
class Disk:
    """Bytes. `raw_year` and `extract_year` are what a year of deliveries leaves (raw with quarantine), `run` and `docs`
    what one night publishes, `ledger` what the ledger holds, `ledger_night` what a night without deliveries adds to it.
    """

    raw_year: int
    extract_year: int
    run: int
    docs: int
    ledger: int
    ledger_night: int
    raw_retention_days: int

    @property
    def night(self) -> int:
        """What an average night adds, before anything is thinned or purged."""
        return self.run + self.docs + self.ledger_night + (self.raw_year + self.extract_year) // _DAYS

    @property
    def year(self) -> int:
        """What a year adds: raw files, extracts, each month's last run and its Data Docs, every night's ledger."""
        kept = _MONTHS * (self.run + self.docs) + _DAYS * self.ledger_night
        return self.raw_year + self.extract_year + kept

    @property
    def passing(self) -> int:
        """What stands at any time and goes again: raw files until their retention, and the last runs."""
        return self.raw_year * self.raw_retention_days // _DAYS + NIGHTS * (self.run + self.docs)

    def as_record(self) -> dict[str, int]:
        """Measured and derived bytes as flat fields."""
        return asdict(self) | {"night": self.night, "year": self.year, "passing": self.passing, "run_nights": NIGHTS}


def measured(settings: Settings, run_id: str, *, ledger_night: int) -> Disk:
    """The bytes of an installation after one night over whole deliveries; `ledger_night` is measured by a second night.

    A source's deliveries to come are taken to be as large as the mean of those that came.
    """
    cards = load_cards(settings.sources_folder)
    raw: dict[str, list[int]] = {}
    extracted: dict[str, list[int]] = {}
    for one in deliveries.list_deliveries(open_ledger(settings)):
        refused = (settings.home / "quarantine").glob(f"{one.delivery_id}.*")
        rows = (settings.home / "extracts" / one.source).glob(f"{one.delivery_id}.*")
        raw.setdefault(one.source, []).append(_bytes([settings.home / one.landing_path, *refused]))
        extracted.setdefault(one.source, []).append(_bytes(rows))
    per_year = {source: FILES_PER_YEAR[cards[source].cadence.every] for source in raw}
    return Disk(
        raw_year=_of_a_year(raw, per_year),
        extract_year=_of_a_year(extracted, per_year),
        run=_bytes([settings.home / "runs" / run_id]),
        docs=_bytes([settings.home / "data_docs" / run_id]),
        ledger=ledger_bytes(settings),
        ledger_night=ledger_night,
        raw_retention_days=settings.raw_retention_days,
    )


def ledger_bytes(settings: Settings) -> int:
    """The embedded ledger's file and the subjects it points to; its write-ahead log is folded in first."""
    file = settings.home / "ledger.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return _bytes([file, settings.home / "subjects"])


def _of_a_year(sizes: dict[str, list[int]], per_year: dict[str, int]) -> int:
    return sum(sum(each) * per_year[source] // len(each) for source, each in sizes.items())


def _bytes(paths: Iterable[Path]) -> int:
    return sum(
        file.stat().st_size
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("*"))
        if file.is_file()
    )
