"""Equality of two warehouses: a hash per table over its rows as text, sorted."""

from __future__ import annotations

import duckdb

from warehouse.database import run


def table_hashes(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Table or view → SHA-256 over its columns and its rows, whatever order they were written in.

    Raises:
        DefectError: a table cannot be read.
    """
    query = "select table_name from information_schema.tables where table_schema = 'main' order by table_name"
    names = [str(name) for (name,) in run(connection, query, where="information_schema")]
    return {name: _hash(connection, name) for name in names}


def _hash(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    # The rows are hashed one by one first, so that a city's table is sorted as short texts.
    statement = f"""
        select sha256((select coalesce(string_agg(column_name || ' ' || data_type, ',' order by ordinal_position), '')
                       from information_schema.columns where table_name = '{name}')
                      || coalesce(string_agg(line, '' order by line), ''))
        from (select sha256(cast(one as varchar)) as line from {name} as one)
    """  # noqa: S608
    return str(run(connection, statement, where=f"warehouse table {name}")[0][0])
