"""The invented town landed and extracted through the real doors, and files made by hand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from core.moment import Moment
from core.settings import Settings
from ledger import deliveries
from ledger.run import Ledger
from sources.card import load_card
from sources.run import land
from transforms.extract_files import ROWS
from transforms.run import Extracted, extract
from transforms.subjects import Subjects, subjects

DAY = date(2026, 6, 20)


@dataclass
class Town:
    """One installation and the town's inbox."""

    inbox: Path
    settings: Settings
    ledger: Ledger

    def land(self, file: Path) -> str:
        """Land one file; its delivery id."""
        delivery_id = land(file, ledger=self.ledger, settings=self.settings).delivery_id
        assert delivery_id is not None
        return delivery_id

    def from_inbox(self, name: str) -> str:
        """Land the town's file of this name."""
        (file,) = self.inbox.rglob(name)
        return self.land(file)

    def written(self, source: str, name: str, rows: Sequence[dict[str, str]]) -> str:
        """Land a CSV made by hand: rows as their header → text; columns not named are empty."""
        card = load_card(self.settings.sources_folder / source)
        headers = [*card.columns, *card.ignored]
        lines = [headers, *[[row.get(header, "") for header in headers] for row in rows]]
        text = "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)
        path = self.settings.home / "by_hand" / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(str(card.file.encoding)))
        return self.land(path)

    def extract(self, delivery_id: str, wanted: Subjects | None) -> Extracted:
        """Extract through the door."""
        return extract(delivery_id, wanted, ledger=self.ledger, settings=self.settings)

    def roster(self, name: str = "mz_roster_20260615.xlsx") -> Subjects:
        """Land, extract and accept a roster of the town; the subjects it makes."""
        self.accept(self.from_inbox(name))
        return self.subjects()

    def accept(self, roster: str) -> None:
        """Extract a roster for itself and let its gate accept it."""
        self.extract(roster, None)
        deliveries.add_event(self.ledger, roster, "accepted", {})

    def subjects(self) -> Subjects:
        """Who is looked for tonight."""
        moment = Moment(DAY, datetime.now(UTC))
        return subjects(moment, None, ledger=self.ledger, settings=self.settings)


def rows_of(made: Extracted) -> pl.DataFrame:
    """The rows of an extract."""
    return pl.read_parquet(made.path / ROWS)
