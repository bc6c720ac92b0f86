"""Many rows at once, from frames or plain: SQLite's executemany, PostgreSQL's COPY. For tables without documents.

PostgreSQL copies nothing into a table whose rows it restricts for this login: there the rows go as one JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, String, Table, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

AT_ONCE = 10_000
"""Rows of one JSON text: some megabytes."""
_INSTANT = "%Y-%m-%d %H:%M:%S.%6f"
_AS_TEXT: dict[Any, Any] = {pl.Date: pl.String, pl.Datetime: pl.String, pl.Boolean: pl.Int64}
"""How SQLite keeps what it has no type for; a day is written as ISO 8601 has it."""


def append(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Append the rows of a frame, its columns named as the table's, in their order."""
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows.columns, rows.iter_rows())
    elif rows.height:
        connection.exec_driver_sql(_insert(table, rows.columns), _as_sqlite(rows).rows())


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows of plain values (in the order of `columns`) without building a statement object per row."""
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
    elif plain := [tuple(map(_sqlite_value, row)) for row in rows]:
        connection.exec_driver_sql(_insert(table, columns), plain)


def frame(connection: Connection, query: Select[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query as a frame of this schema (also when there are none)."""
    if connection.dialect.name == "postgresql":
        return pl.DataFrame(connection.execute(query).all(), schema=schema, orient="row")
    stored = {name: _AS_TEXT.get(kind.base_type(), kind) for name, kind in schema.items()}
    rows = pl.DataFrame(as_driven(connection, query), schema=stored, orient="row")
    return rows.select(_read(name, kind) for name, kind in schema.items())


def as_driven(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query as the database's driver gives them: for columns of text, numbers and bytes only."""
    with connection.execute(query) as result:
        cursor: Any = result.cursor
        return list(cursor.fetchall())


def among(connection: Connection, column: ColumnElement[str], keys: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column is one of any number of keys, told as one parameter."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(keys), type_=ARRAY(String)))
    return column.in_(select(func.json_each(json.dumps(list(keys))).table_valued("value").c.value))


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    psycopg: Any = connection.connection.driver_connection
    if connection.exec_driver_sql("select row_security_active(%s)", (table.name,)).scalar():
        _populate(connection, table, columns, list(rows))
        return
    with psycopg.cursor() as cursor, cursor.copy(f'copy "{table.name}" ({_names(table, columns)}) from stdin') as copy:
        for row in rows:
            copy.write_row(row)


def _populate(connection: Connection, table: Table, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    names = _names(table, columns)
    told = f'select {names} from jsonb_populate_recordset(null::"{table.name}", %s::jsonb)'  # noqa: S608 the schema's own
    keys = [table.c[name].name for name in columns]
    for first in range(0, len(rows), AT_ONCE):
        some = [dict(zip(keys, row, strict=True)) for row in rows[first : first + AT_ONCE]]
        text = json.dumps(some, ensure_ascii=False, default=_json_value)
        connection.exec_driver_sql(f'insert into "{table.name}" ({names}) {told}', (text,))


def _json_value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON")


def _insert(table: Table, columns: Sequence[str]) -> str:
    places = ", ".join("?" * len(columns))
    return f'insert into "{table.name}" ({_names(table, columns)}) values ({places})'  # noqa: S608 names are the schema's


def _names(table: Table, columns: Sequence[str]) -> str:
    return ", ".join(f'"{table.c[name].name}"' for name in columns)


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, str | int | bytes | None):
        return value
    return value.isoformat()


def _as_sqlite(rows: pl.DataFrame) -> pl.DataFrame:
    instants = [name for name, kind in rows.schema.items() if kind == pl.Datetime]
    days = [name for name, kind in rows.schema.items() if kind == pl.Date]
    return rows.with_columns(
        *(pl.col(name).dt.convert_time_zone("UTC").dt.strftime(_INSTANT) for name in instants),
        *(pl.col(name).dt.strftime("%Y-%m-%d") for name in days),
    )


def _read(name: str, kind: Any) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Datetime:
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us").dt.replace_time_zone("UTC")
    return column.str.to_date("%Y-%m-%d") if kind == pl.Date else column.cast(kind)
