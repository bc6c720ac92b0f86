"""What a nightly run tells the findings' lives: what was seen, what could be looked for, and what ended otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from core.errors import replace_engine_error
from transforms.tables import TABLES


@dataclass(frozen=True)
class Night:
    """One run's frames for `ledger.findings.advance`, before the lives to compare with are known."""

    observed: pl.DataFrame
    sights: pl.DataFrame
    could_look: pl.DataFrame
    released: pl.Series
    households: pl.Series
    persons: pl.DataFrame
    weak_rows: pl.DataFrame

    def looked(self, alive: pl.DataFrame) -> pl.DataFrame:
        """finding_key, could_look for every living finding."""
        seen = alive.join(self.sights, on=["household_key", "person_key"], how="left", nulls_equal=True)
        asked = seen.join(self.could_look, on=["sight", "rule"], how="left")
        return asked.select("finding_key", could_look=pl.col("could").fill_null(False))

    def ends(self, alive: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
        """finding_key, state of findings that end in a way of their own, the first of these that holds.

        left_roster: the household, or the person, is no member any more. rule_withdrawn: its rule is not released.
        grade_lost: a row it stood on (`evidence`: finding_key, person_key, row_hash) is still delivered, but is no
        longer surely this person's.
        """
        here = self.persons.with_columns(here=pl.lit(True))
        placed = alive.join(here, on=["household_key", "person_key"], how="left")
        gone = ~pl.col("household_key").is_in(self.households.to_list()) | (
            pl.col("person_key").is_not_null() & pl.col("here").is_null()
        )
        weak = evidence.join(self.weak_rows, on=["person_key", "row_hash"]).select("finding_key").unique()
        lost = placed.join(weak.with_columns(weak=pl.lit(True)), on="finding_key", how="left")
        state = (
            pl.when(gone)
            .then(pl.lit("left_roster"))
            .when(~pl.col("rule").is_in(self.released.to_list()))
            .then(pl.lit("rule_withdrawn"))
            .when(pl.col("weak").is_not_null())
            .then(pl.lit("grade_lost"))
        )
        return lost.select("finding_key", state=state).drop_nulls("state")


def night_of(connection: duckdb.DuckDBPyConnection) -> Night:
    """Read the frames from the warehouse of the run."""

    def frame(query: str) -> pl.DataFrame:
        found: pl.DataFrame = connection.sql(query).pl()
        return found

    columns = "finding_key, rule, household_key, person_key, material, material_tolerance"
    with replace_engine_error("publish.engine", where="findings of the run"):
        return Night(
            observed=frame(f"select {columns} from finding order by finding_key"),  # noqa: S608
            sights=frame("from sight_of_subject"),
            could_look=frame("from could_by_sight"),
            released=frame("select rule from rule_run where state = 'released'")["rule"],
            households=frame("select household_key from household")["household_key"],
            persons=frame("select distinct household_key, person_key from member"),
            weak_rows=frame(_weak_rows(connection)),
        )


def evidence_of(folder: Path | None) -> pl.DataFrame:
    """finding_key, person_key, row_hash of what the current run's findings stand on; empty before the first run."""
    schema = {"finding_key": pl.String, "person_key": pl.String, "row_hash": pl.String}
    if folder is None:
        return pl.DataFrame(schema=schema)
    findings = pl.read_parquet(folder / "finding.parquet", columns=["finding_key", "person_key"])
    rows = pl.read_parquet(folder / "evidence.parquet", columns=["finding_key", "row_hash"])
    return findings.join(rows, on="finding_key").drop_nulls().select(list(schema)).unique()


def _weak_rows(connection: duckdb.DuckDBPyConnection) -> str:
    there = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    parts = [
        f"select distinct person_key, row_hash from {table}_any_grade where match_grade not in ('A', 'B', 'H')"  # noqa: S608
        for table in TABLES
        if f"{table}_any_grade" in there
    ]
    empty = "select null::varchar as person_key, null::varchar as row_hash where false"
    return " union ".join([empty, *parts])
