"""A verification centre in a temporary folder: deliveries, gates and extracts as the floors below leave them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from core.moment import Moment, RunKind
from core.settings import Settings
from ledger import deliveries, extracts, keys, runs
from ledger.deliveries import Delivery
from ledger.run import Ledger
from sources.card import load_cards
from transforms.schema import COMMON
from transforms.sealed import Sealer, payloads
from transforms.tables import TABLES
from warehouse.run import join

DAY = date(2026, 6, 20)
NIGHT = datetime(2026, 6, 20, 2, 0, tzinfo=UTC)
Row = dict[str, Any]
BASE: Row = {"id_basis": "id18", "name_relation": "same", "birth_relation": "same"}


def member(household: str, person: str, **values: Any) -> Row:
    """A roster row of an urban household approved in 2024, with what a test wants different."""
    return {
        "household_key": household,
        "person_key": person,
        "relation_code": "head",
        "roster_id_state": "valid",
        "region_code": "421002001001",
        "programme_code": "dibao",
        "approved_date": date(2024, 1, 1),
        "birth_date": date(1970, 1, 1),
        "covered": True,
        **values,
    }


def signed(person: str, **values: Any) -> Row:
    """An authorisation for all sources, signed in 2024 and open-ended."""
    begun = date(2024, 1, 1)
    return {
        "person_key": person,
        "scope_code": "all",
        "signed_date": begun,
        "valid_from_date": begun,
        "signer_code": "self",
        **values,
    }


@dataclass
class Centre:
    """Writes what the floors below would have left, through the real ledger, and joins it through the real door."""

    settings: Settings
    ledger: Ledger
    subjects: set[str] = field(default_factory=set)
    homes: dict[str, str] = field(default_factory=dict)
    known_as: dict[str, str] = field(default_factory=dict)

    def deliver(
        self,
        source: str,
        when: str,
        rows: Sequence[Row],
        *,
        landed_at: datetime = NIGHT - timedelta(days=1),
        state: str = "accepted",
        searched: Sequence[set[str]] | None = None,
    ) -> str:
        """One delivery with its gate's verdict and one extract per subject set; `when` is yyyymmdd or yyyymm."""
        card = load_cards(self.settings.sources_folder)[source]
        name = f"{source}_{when}.csv"
        sha = hashlib.sha256(f"{name}{landed_at}{rows}".encode()).hexdigest()
        delivery_id = f"{source}-{sha[:12]}"
        about = date.fromisoformat(when[:8] if card.kind == "snapshot" else when[:6] + "01")
        period = about.replace(day=1) if card.kind == "delta" else None
        as_of = about if card.kind == "snapshot" else None
        landed = Delivery(
            delivery_id, source, name, sha, 1, len(rows), as_of, period, landed_at, None, None, "landing/x"
        )
        deliveries.record(self.ledger, landed)
        if state != "landed":
            deliveries.add_event(self.ledger, delivery_id, state, {}, at=landed_at + timedelta(seconds=1))
        for subjects in searched if searched is not None else [self.subjects]:
            self._extract(delivery_id, source, card.table, rows, subjects)
        return delivery_id

    def read_again(self, delivery_id: str, source: str, rows: Sequence[Row]) -> None:
        """One more extract of a delivery, for the persons as they are known now: `rows` as they are found now."""
        card = load_cards(self.settings.sources_folder)[source]
        self._extract(delivery_id, source, card.table, rows, self.subjects)

    def _extract(self, delivery_id: str, source: str, table: str, rows: Sequence[Row], subjects: set[str]) -> None:
        subject_set = hashlib.sha256(
            repr([(one, self.known_as.get(one)) for one in sorted(subjects)]).encode()
        ).hexdigest()[:12]
        listed = self.settings.folder("subjects") / f"{subject_set}.parquet"
        known = [(person, self.known_as.get(person, "")) for person in sorted(subjects)]
        pl.DataFrame(known, schema={"person_key": pl.String, "fingerprint": pl.String}, orient="row").write_parquet(
            listed
        )
        extracts.record_subject_set(self.ledger, subject_set, len(subjects), f"subjects/{listed.name}")
        folder = self.settings.folder("extracts") / source / f"{delivery_id}.{subject_set}.v1"
        folder.mkdir(parents=True, exist_ok=True)
        types = {column.name: column.kind for column in COMMON} | TABLES[table].types
        written, hidden = [], []
        for line, row in enumerate(rows, start=2):
            given = row.get("given")
            whole = {
                **BASE,
                "row_key": f"{delivery_id}:{line}",
                "delivery_id": delivery_id,
                "source": source,
                "line_number": line,
            }
            whole |= {key: value for key, value in row.items() if key != "given"}
            whole.setdefault("row_hash", hashlib.sha256(repr((source, line, row)).encode()).hexdigest()[:32])
            if whole.get("person_key") in subjects or whole.get("person_key") is None:
                written.append({name: whole.get(name) for name in types})
                if given:
                    home = f"household:{whole.get('household_key') or self.homes[whole['person_key']]}"
                    hidden.append((home, whole["row_key"], whole["person_key"], json.dumps(given, ensure_ascii=False)))
        pl.DataFrame(written, schema=types).write_parquet(folder / "rows.parquet")
        sealed = pl.DataFrame(
            hidden, schema=dict.fromkeys(("household_key", "row_key", "person_key", "given"), pl.String), orient="row"
        )
        households = keys.create_many(self.ledger, sealed["household_key"])
        names = {one: one.removeprefix("household:") for one in households}
        named = {names[one]: Sealer(names[one], key) for one, key in households.items()}
        sealed = sealed.with_columns(pl.col("household_key").str.strip_prefix("household:"))
        payloads(sealed, named).write_parquet(folder / "sealed.parquet")
        path = str(folder.relative_to(self.settings.home))
        extracts.record(
            self.ledger,
            delivery_id,
            subject_set,
            "1",
            path,
            f"{delivery_id}{rows}"[:64],
            None,
            {"matched": len(written), "not_subject": len(rows) - len(written)},
        )

    def roster(self, *members: Row, when: str = "20260615", **how: Any) -> str:
        """Deliver a roster and look for its members from now on."""
        self.subjects |= {one["person_key"] for one in members}
        self.homes |= {one["person_key"]: one["household_key"] for one in members}
        return self.deliver("roster", when, members, **how)

    def begin(self, day: date = DAY, known_at: datetime = NIGHT, **how: Any) -> str:
        """Begin a backfill run for a moment."""
        return runs.begin(self.ledger, Moment(day, known_at), RunKind.BACKFILL, **how)

    def join(self, day: date = DAY, known_at: datetime = NIGHT, **how: Any) -> Night:
        """Join a new run through the door."""
        return Night(join(self.begin(day, known_at, **how), ledger=self.ledger, settings=self.settings))

    def join_again(self, run_id: str) -> Path:
        """Join a run that was joined, or killed while joining, before."""
        return join(run_id, ledger=self.ledger, settings=self.settings)


@dataclass
class Night:
    """A joined warehouse, read only."""

    path: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, sorted."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return sorted(connection.execute(query).fetchall(), key=repr)

    def cell(self, person: str, source: str, fact: str, month: str) -> tuple[str, str | None]:
        """Value and reason of one cell of coverage."""
        where = f"person_key = '{person}' and source = '{source}' and fact = '{fact}' and month = '{month}'"
        found = self.rows(f"select value, reason from coverage where {where}")  # noqa: S608
        assert len(found) == 1, f"{len(found)} cells for {person} {source} {fact} {month}"
        return found[0][0], found[0][1]
