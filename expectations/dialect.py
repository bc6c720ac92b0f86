"""The DuckDB dialect that Great Expectations needs; `register()` must run before Great Expectations is imported.

Stock duckdb-engine does not serve it: Great Expectations gives a connection back before it reads the result, and
DuckDB keeps one streaming result per connection, so the rows are gone. This cursor reads all rows when it executes.
Reflection in SQLAlchemy 2.1 asks for PostgreSQL catalogues that DuckDB lacks; columns come from information_schema.
"""

from __future__ import annotations

from typing import Any, cast

import duckdb
import duckdb_engine
from sqlalchemy import Connection, text, types
from sqlalchemy.dialects import registry
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint


class _Cursor(duckdb_engine.CursorWrapper):
    """A cursor of its own connection state, holding every row of its last statement."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, wrapper: _Connection) -> None:
        self._own = connection.cursor()
        super().__init__(self._own, wrapper)
        self.description: list[Any] | None = None
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, statement: str, parameters: tuple[Any, ...] | None = None, context: object = None) -> None:
        super().execute(statement, parameters, context)
        self.description = list(self._own.description or [])
        self._rows = self._own.fetchall() if self.description else []

    def fetchall(self) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows, []
        return taken

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        count = 1 if size is None else size
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def close(self) -> None:
        self._own.close()


class _Connection(duckdb_engine.ConnectionWrapper):
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._inner = connection

    def cursor(self) -> _Cursor:
        return _Cursor(self._inner, self)


class Dialect(duckdb_engine.Dialect):
    """duckdb-engine with whole results and columns read from information_schema."""

    supports_statement_cache = False

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """A connection whose cursors hold whole results."""
        options["config"] = {**options.pop("url_config", {}), **options.pop("config", {})}
        return _Connection(duckdb.connect(*arguments, **options))

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[ReflectedColumn]:
        """The columns of a table with their types; unknown types stand as text."""
        found = connection.execute(
            text(
                "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
                " WHERE table_name = :name AND table_schema = :schema ORDER BY ordinal_position"
            ),
            {"name": table_name, "schema": schema or "main"},
        )
        return [
            {"name": name, "type": _type(kind), "nullable": nullable == "YES", "default": None}
            for name, kind, nullable in found
        ]

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> ReflectedPrimaryKeyConstraint:
        """None: an extract promises no key, and the catalogue that would tell is PostgreSQL's."""
        return {"constrained_columns": [], "name": None}

    def do_rollback(self, connection: Any) -> None:
        """Nothing is written through this dialect, so nothing is rolled back."""

    def do_commit(self, connection: Any) -> None:
        """Nothing is written through this dialect, so nothing is committed."""

    def do_begin(self, connection: Any) -> None:
        """Every statement reads by itself."""


def register() -> None:
    """Make `duckdb:///…` URLs use this dialect."""
    registry.register("duckdb", __name__, "Dialect")


def _type(data_type: str) -> types.TypeEngine[Any]:
    known: dict[str, types.TypeEngine[Any]] = {
        "BIGINT": types.BIGINT(),
        "INTEGER": types.INTEGER(),
        "BOOLEAN": types.BOOLEAN(),
        "DATE": types.DATE(),
        "DOUBLE": types.DOUBLE(),
    }
    base = data_type.partition("(")[0]
    return known.get(base, cast("types.TypeEngine[Any]", types.VARCHAR()))
