"""Another city's five files, taken through the same doors as our own; and what became of every row of theirs."""

from __future__ import annotations

import csv
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from core.moment import Moment, RunKind, now, today
from core.settings import Settings
from expectations.run import expect
from ledger import runs
from ledger.run import Ledger, open_ledger
from sources.run import land
from transforms.run import extract
from transforms.subjects import subjects
from warehouse.run import join

HERE = Path(__file__).parent
FILES = {
    "roster": "mz_roster.csv",
    "tax": "sw_tax.csv",
    "social_insurance": "rs_social_insurance.xlsx",
    "population": "ga_population.csv",
    "death_register": "ga_deaths.csv",
}


def sample_folder() -> Path:
    """The foreign sample: `HEDUI_FOREIGN_SAMPLES`, or `shared/samples/foreign` beside the repository's checkout."""
    named = os.environ.get("HEDUI_FOREIGN_SAMPLES")
    return Path(named) if named else HERE.parents[2] / "shared" / "samples" / "foreign"


@dataclass(frozen=True)
class City:
    """A joined warehouse of the sample, with who each row really is."""

    warehouse: Path
    truth: Path

    def table(self, query: str) -> pl.DataFrame:
        """The rows of a query over the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.sql(query).pl()

    def persons(self) -> pl.DataFrame:
        """person_key, simulant_id: who stands on the roster; rows are numbered as the truth numbers them."""
        rows = self.table("select person_key, row_key from roster_member_any_grade")
        truth = self._truth("roster_truth.csv", "roster_row").select("line", "simulant_id")
        return (
            rows.with_columns(_line(pl.col("row_key")))
            .join(truth, on="line")
            .select("person_key", "simulant_id")
            .unique()
        )

    def rows(self, source: str) -> pl.DataFrame:
        """row_key-line → simulant_id of one feed."""
        name = FILES[source].split(".")[0]
        return self._truth(f"{name}_links.csv", "feed_row").select("line", "simulant_id")

    def links(self, source: str) -> pl.DataFrame:
        """person_key, simulant_id (of the person), line, grade, state, true: every link made for one feed."""
        made = self.table(f"select row_key, person_key, grade, state from match where source = '{source}'")  # noqa: S608
        whose = self.rows(source).rename({"simulant_id": "row_is"})
        both = made.with_columns(_line(pl.col("row_key"))).join(self.persons(), on="person_key").join(whose, on="line")
        return both.with_columns((pl.col("simulant_id") == pl.col("row_is")).alias("true"))

    def true_pairs(self, source: str) -> int:
        """How many rows of a feed are really about someone on the roster (once per such person's key)."""
        return self.rows(source).join(self.persons(), on="simulant_id").height

    def _truth(self, name: str, number: str) -> pl.DataFrame:
        with (self.truth / name).open(encoding="utf-8-sig", newline="") as file:
            rows: list[dict[str, Any]] = list(csv.DictReader(file))
        frame = pl.DataFrame(rows)
        return frame.with_columns((pl.col(number).str.slice(1).cast(pl.Int64) + 2).alias("line"))


def joined(sample: Path, home: Path) -> City:
    """Land, extract, gate and join the sample with nothing but its cards."""
    settings = Settings(home=home, sources_folder=HERE / "sources", settle_seconds=0, memory_limit="2GB", threads=2)
    ledger = open_ledger(settings)
    roster = _land(sample, "roster", home, ledger, settings)
    extract(roster, None, ledger=ledger, settings=settings)
    expect([roster], run_id=None, ledger=ledger, settings=settings)
    wanted = subjects(Moment(today(), now()), None, ledger=ledger, settings=settings)
    others = [_land(sample, source, home, ledger, settings) for source in FILES if source != "roster"]
    for one in others:
        extract(one, wanted, ledger=ledger, settings=settings)
    expect(others, run_id=None, ledger=ledger, settings=settings)
    run_id = runs.begin(ledger, Moment(today(), now()), RunKind.BACKFILL)
    return City(join(run_id, ledger=ledger, settings=settings), sample / "truth")


def _land(sample: Path, source: str, home: Path, ledger: Ledger, settings: Settings) -> str:
    inbox = home / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    file = Path(shutil.copy(sample / "feeds" / FILES[source], inbox))
    landed = land(file, ledger=ledger, settings=settings)
    assert landed.delivery_id, landed.reason
    return landed.delivery_id


def _line(row_key: pl.Expr) -> pl.Expr:
    return row_key.str.extract(r":(\d+)$").cast(pl.Int64).alias("line")
