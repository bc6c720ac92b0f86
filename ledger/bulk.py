"""Many rows at once: SQLite's executemany, PostgreSQL's COPY. For tables without documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Select, Table


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows (values in the order of `columns`) without building a statement object per row."""
    names = ", ".join(f'"{table.c[name].name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        psycopg: Any = connection.connection.driver_connection
        with psycopg.cursor() as cursor, cursor.copy(f'copy "{table.name}" ({names}) from stdin') as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns))
    plain = [tuple(map(_sqlite_value, row)) for row in rows]
    if plain:
        statement = f'insert into "{table.name}" ({names}) values ({places})'  # noqa: S608 names come from the schema
        connection.exec_driver_sql(statement, plain)


def frame(connection: Connection, query: Select[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query as a frame of this schema (also when there are none)."""
    rows = connection.execute(query).all()
    return pl.DataFrame(rows, schema=schema, orient="row")


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, str | int | bytes | None):
        return value
    return value.isoformat()
