"""What the values must mean: the predicates of the room (`checks.yml`), asked of the matched rows in DuckDB."""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from core.errors import DefectError, replace_engine_error
from core.settings import Settings
from sources.yaml_text import load_text


@dataclass(frozen=True)
class Refusal:
    """A check that puts rows aside: TRUE of `predicate` (DuckDB SQL over one row, the table is `rows`) is bad."""

    name: str
    predicate: str


def refusals(source: str, settings: Settings) -> list[Refusal]:
    """The room's checks with `action: refuse`, in their order; those that only warn are counted elsewhere.

    Raises:
        DefectError: a check has no name, predicate or action, or an action that is not known.
    """
    path = settings.sources_folder / source / "checks.yml"
    return list(_as_written(path, path.stat().st_mtime_ns)) if path.exists() else []


@lru_cache(maxsize=64)
def _as_written(path: Path, _: int) -> tuple[Refusal, ...]:
    """Read again only when the checks were written anew: every delivery asks for them."""
    checks = load_text(path, where=f"{path.parent.name}/checks.yml")
    parts = [_parts(check) for check in checks]
    return tuple(Refusal(name, predicate) for name, predicate, action in parts if action == "refuse")


def refused_by(rows: pl.DataFrame, checks: list[Refusal], *, where: str) -> pl.Series:
    """For every row the first check that refuses it, or null; a predicate that is null refuses nothing.

    Raises:
        DefectError: a predicate is not SQL over the table's columns; names check and source, quotes no row.
    """
    if not checks or not rows.height:
        return pl.Series("refused_by", [None] * rows.height, dtype=pl.String)
    first = " ".join(f"WHEN ({check.predicate}) THEN {place}" for place, check in enumerate(checks))
    try:
        answers = _asked(f"CASE {first} END", rows)
    except duckdb.Error:
        answers = _asked_one_by_one(checks, rows, where)
    return pl.Series([check.name for check in checks], dtype=pl.String).gather(answers).alias("refused_by")


def _asked_one_by_one(checks: list[Refusal], rows: pl.DataFrame, where: str) -> pl.Series:
    """The same answers, with the name of the check that cannot be asked."""
    answers = pl.Series([None] * rows.height, dtype=pl.UInt32)
    for place, check in reversed(list(enumerate(checks))):
        with replace_engine_error("check.predicate", where=f"{where}, check {check.name}"):
            answers = _asked(f"CASE WHEN ({check.predicate}) THEN {place} END", rows).fill_null(answers)
    return answers


def _asked(answer: str, rows: pl.DataFrame) -> pl.Series:
    """The answer (SQL over one row, a small integer or null) for every row, in their order."""
    cursor = _engine().cursor()
    try:
        cursor.register("rows", rows.with_row_index("row_place").to_arrow())
        query = f"select ({answer})::UINTEGER as answer from rows order by row_place"  # noqa: S608 from the room
        return pl.DataFrame(pl.from_arrow(cursor.sql(query).to_arrow_table()))["answer"]
    finally:
        cursor.close()


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """An empty database in memory, opened once per process: opening costs more than asking."""
    atexit.register(_close_engine)
    return duckdb.connect()


def _close_engine() -> None:
    """DuckDB's binding complains on standard error of whatever is left open when the process ends."""
    _engine().close()
    _engine.cache_clear()


def _parts(check: object) -> tuple[str, str, Literal["refuse", "warn"]]:
    if not isinstance(check, dict) or not {"name", "predicate", "action"} <= check.keys():
        raise _broken("a check needs name, predicate and action")
    action = check["action"]
    if action not in ("refuse", "warn"):
        raise _broken("a check's action is refuse or warn")
    return str(check["name"]), str(check["predicate"]), action


def _broken(what: str) -> DefectError:
    return DefectError("check.invalid", what, where="checks.yml", todo="correct the room's checks.yml")
