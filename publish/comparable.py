"""What two nights have in common: where a feed was paused on either, only what could be looked at on both compares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from core.errors import replace_engine_error
from publish.figures import PAUSED, Figures
from rules.pages import Page

_SUBJECT = ["rule", "household_key", "person_key"]
_KEYS = dict.fromkeys(_SUBJECT, pl.String)


def paused_sources(*nights: Figures) -> set[str]:
    """Sources some of whose cells could not be looked at on one of the nights because the feed stopped itself."""
    return {source for night in nights for source, cells in night.coverage.items() if cells.get(PAUSED)}


def comparable_findings(
    connection: duckdb.DuckDBPyConnection, leading: Path, pages: Sequence[Page], paused: set[str]
) -> dict[str, tuple[int, int]]:
    """Rule → its findings before and now, of subjects whom it could look at on both nights.

    Only rules that need a paused source are named: a feed that stops silences them, and that is no jump. `leading` is
    the folder of the current run, `connection` the warehouse of the one to be judged.
    """
    touched = sorted(page.card.code for page in pages if paused & {need.source for need in page.card.needs})
    if not touched:
        return {}
    with replace_engine_error("publish.engine", where="findings of the run"):
        looked, found = (_of_rules(connection, table, touched) for table in ("could_look", "finding"))
    before = {name: pl.scan_parquet(leading / f"{name}.parquet") for name in ("could_look", "finding")}
    mine = pl.col("rule").is_in(touched)
    looked_before = before["could_look"].filter(mine & pl.col("could")).select(_SUBJECT).collect()
    both = looked.join(looked_before, on=_SUBJECT, how="semi", nulls_equal=True)
    found_before = before["finding"].filter(mine).select(_SUBJECT).collect()
    was, is_now = (_counted(frame, both) for frame in (found_before, found))
    return {rule: (was.get(rule, 0), is_now.get(rule, 0)) for rule in touched}


def _of_rules(connection: duckdb.DuckDBPyConnection, table: str, rules: list[str]) -> pl.DataFrame:
    where = "and could" if table == "could_look" else ""
    asked = f"select {', '.join(_SUBJECT)} from {table} where list_contains(?, rule) {where}"  # noqa: S608 both are ours
    return pl.DataFrame(connection.execute(asked, [rules]).fetchall(), schema=_KEYS, orient="row")


def _counted(frame: pl.DataFrame, both: pl.DataFrame) -> dict[str, int]:
    comparable = frame.join(both, on=_SUBJECT, how="semi", nulls_equal=True)
    return dict(comparable["rule"].value_counts().iter_rows())
