"""What the values must mean: the predicates of the room (`checks.yml`), asked of the matched rows in DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
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
    if not path.exists():
        return []
    checks = load_text(path, where=f"{source}/checks.yml")
    return [Refusal(name, predicate) for name, predicate, action in map(_parts, checks) if action == "refuse"]


def refused_by(rows: pl.DataFrame, checks: list[Refusal], *, where: str) -> pl.Series:
    """For every row the first check that refuses it, or null; a predicate that is null refuses nothing.

    Raises:
        DefectError: a predicate is not SQL over the table's columns; names check and source, quotes no row.
    """
    if not checks or not rows.height:
        return pl.Series("refused_by", [None] * rows.height, dtype=pl.String)
    with duckdb.connect() as connection:
        connection.register("rows", rows.with_row_index("row_place").to_arrow())
        marks = [_marked(connection, check, where) for check in checks]
    first = pl.concat(marks).unique("row_place", keep="first", maintain_order=True)
    places = rows.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row_place"))
    return places.join(first, on="row_place", how="left", maintain_order="left")["refused_by"]


def _marked(connection: duckdb.DuckDBPyConnection, check: Refusal, where: str) -> pl.DataFrame:
    query = f"select row_place from rows where ({check.predicate}) order by row_place"  # noqa: S608 from the room
    with replace_engine_error("check.predicate", where=f"{where}, check {check.name}"):
        places = connection.sql(query).to_arrow_table()
    found = pl.DataFrame(pl.from_arrow(places)).cast({"row_place": pl.UInt32})
    return found.with_columns(pl.lit(check.name).alias("refused_by"))


def _parts(check: object) -> tuple[str, str, Literal["refuse", "warn"]]:
    if not isinstance(check, dict) or not {"name", "predicate", "action"} <= check.keys():
        raise _broken("a check needs name, predicate and action")
    action = check["action"]
    if action not in ("refuse", "warn"):
        raise _broken("a check's action is refuse or warn")
    return str(check["name"]), str(check["predicate"]), action


def _broken(what: str) -> DefectError:
    return DefectError("check.invalid", what, where="checks.yml", todo="correct the room's checks.yml")
