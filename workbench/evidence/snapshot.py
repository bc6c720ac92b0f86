"""One published run as a request sees it: fixed when the request begins, read by a locked-down DuckDB.

DuckDB may open the run's tables and nothing else, and its settings are locked. It could still write over a table it
may read; so the files are read-only (publishing makes them so) and, in production, mounted read-only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

from core.errors import replace_engine_error
from core.settings import Settings
from ledger.run import Ledger
from publish.findings import published_folder
from publish.manifest import read_manifest

Row = dict[str, Any]
HELD_ROWS = 100_000
"""Tables up to so many rows are held in memory, some 60 MB of a district's run: a page of a case asks a dozen of them,
and opening the file each time costs more than the answer. What is larger is read where it lies, sorted for it."""
_OPENING = Lock()


@dataclass(frozen=True)
class Snapshot:
    """A published run: its folder, its manifest and its tables."""

    folder: Path
    manifest: Row

    @property
    def run_id(self) -> str:
        """The run's id, the same for the whole request."""
        return str(self.manifest["run_id"])

    @property
    def as_of(self) -> str:
        """The day the facts are as of, written 2026-06-20."""
        return str(self.manifest["as_of"])

    def has(self, table: str) -> bool:
        """Whether the run published this table: older runs lack newer ones."""
        return (self.folder / f"{table}.parquet").exists()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """The rows of a query over the run's tables by name, values bound to its `?`.

        Raises:
            DefectError: the query fails; the engine's words are withheld.
        """
        with replace_engine_error("workbench.engine", where=f"run {self.run_id}"), _cursor(self.folder) as cursor:
            answer = cursor.execute(sql, list(values))
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def told_once(self, sql: str) -> list[Row]:
        """The rows of a query about the run as a whole, never about a household: read once, for a run never changes.

        Raises:
            DefectError: as `rows`.
        """
        return [dict(row) for row in _told_once(self.folder, sql)]

    def row(self, sql: str, *values: Any) -> Row | None:
        """The first row of a query, or none."""
        return next(iter(self.rows(sql, *values)), None)


def snapshot(settings: Settings, run_id: str | None = None, *, ledger: Ledger | None = None) -> Snapshot:
    """The current run, or a named published one; who has the ledger open gives it.

    Raises:
        OperatorError: nothing is current, or the run is not published or its folder was thinned out.
    """
    folder = published_folder(run_id, settings, ledger)
    return Snapshot(folder, _manifest(folder))


@lru_cache(maxsize=16)
def _manifest(folder: Path) -> Row:
    return read_manifest(folder)


@lru_cache(maxsize=64)
def _told_once(folder: Path, sql: str) -> list[Row]:
    return Snapshot(folder, _manifest(folder)).rows(sql)


@contextmanager
def _cursor(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    cursor = _opened(folder).cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def _opened(folder: Path) -> duckdb.DuckDBPyConnection:
    with _OPENING:  # who comes meanwhile waits for the one who opens it, and finds it open
        return _locked(folder)


@lru_cache(maxsize=4)
def _locked(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("set threads = 1")
    connection.execute("set memory_limit = '512MB'")
    connection.execute("set parquet_metadata_cache = true")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    tables = [path for path in sorted(folder.glob("*.parquet")) if "." not in path.stem]
    connection.execute(f"set allowed_paths = [{', '.join(_quoted(path) for path in tables)}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    for path in tables:
        rows = connection.execute(f"select num_rows from parquet_file_metadata({_quoted(path)})").fetchall()[0][0]  # noqa: S608
        kind = "table" if rows <= HELD_ROWS else "view"
        connection.execute(f'create {kind} "{path.stem}" as select * from read_parquet({_quoted(path)})')  # noqa: S608
    return connection


def _quoted(path: Path) -> str:
    return "'" + str(path.absolute()).replace("'", "''") + "'"
