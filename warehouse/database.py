"""The DuckDB file of one run: opened with bounded memory, filled page by page."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from core.errors import replace_engine_error
from core.settings import Settings

PAGES = Path(__file__).parent


def open_database(path: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    """A new or existing warehouse file; sorts and joins larger than memory spill beside it.

    What spills are keys, codes, days and amounts: no name, number or address ever enters this file.
    """
    return duckdb.connect(
        str(path),
        config={
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "temp_directory": str(path.with_suffix(".spill")),
            "preserve_insertion_order": False,
        },
    )


def turn_page(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run the statements of `warehouse/<name>.sql` in order.

    Raises:
        DefectError: a statement failed; its message is withheld.
    """
    with replace_engine_error("warehouse.page", where=f"warehouse/{name}.sql"):
        connection.execute((PAGES / f"{name}.sql").read_text(encoding="utf-8")).fetchall()


def run(connection: duckdb.DuckDBPyConnection, statement: str, *, where: str) -> list[tuple[object, ...]]:
    """Run one statement and fetch its rows.

    Raises:
        DefectError: it failed; its message is withheld.
    """
    with replace_engine_error("warehouse.statement", where=where):
        return connection.execute(statement).fetchall()


def keep(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, *, temporary: bool = False) -> None:
    """Store a frame as a table of the warehouse, or as a working table of this join only.

    Raises:
        DefectError: the frame could not be stored; the engine's message is withheld.
    """
    kind = "temp table" if temporary else "table"
    with replace_engine_error("warehouse.keep", where=f"warehouse table {name}"):
        connection.register("incoming_frame", frame)
        connection.execute(f"create or replace {kind} {name} as select * from incoming_frame").fetchall()  # noqa: S608
        connection.unregister("incoming_frame")
