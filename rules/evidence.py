"""The rows a finding stands on: source, delivery, file, line, keyed hash, match grade."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl
from sqlalchemy import Connection, select

from core.errors import DefectError
from ledger.schema import delivery
from rules.lawful import DELIVERED_TABLES


def gather_evidence(connection: duckdb.DuckDBPyConnection, file_names: Mapping[str, str]) -> None:
    """Write table `evidence` for all rows of `finding` and `shadow_finding`, one row per finding and delivered row.

    `file_names` is delivery id → name of the file as it came.

    Raises:
        DefectError: a finding names a row the warehouse does not hold.
    """
    _gather_origins(connection)
    names = pl.DataFrame(
        {"delivery_id": list(file_names), "file_name": list(file_names.values())},
        schema={"delivery_id": pl.String, "file_name": pl.String},
    )
    connection.register("delivered_file", names)
    connection.execute("""
        create or replace table evidence as
        with named as (
            select finding_key, person_key, unnest(string_split(evidence_row_keys, ' ')) as row_key
            from (from finding union all from shadow_finding)
        )
        select named.finding_key, named.row_key, row_origin.source, row_origin.delivery_id, delivered_file.file_name,
            row_origin.line_number, row_origin.row_hash, row_origin.match_grade
        from named
        left join row_origin using (row_key)
        left join delivered_file using (delivery_id)
        qualify row_number() over (
            partition by named.finding_key, named.row_key
            order by row_origin.person_key is distinct from named.person_key, row_origin.match_grade
        ) = 1
        order by named.finding_key, named.row_key
    """).fetchall()
    connection.unregister("delivered_file")
    [(lost,)] = connection.execute("select count(*) from evidence where delivery_id is null").fetchall()
    if lost:
        raise DefectError(
            "rule.evidence_unknown",
            f"{lost} rows named as evidence are not in the warehouse",
            where="table evidence",
            todo="find the page that invents row keys",
        )


def file_names(ledger: Connection) -> dict[str, str]:
    """Delivery id → file name as it came, for every delivery the ledger knows."""
    return {
        row.delivery_id: row.file_name for row in ledger.execute(select(delivery.c.delivery_id, delivery.c.file_name))
    }


def _gather_origins(connection: duckdb.DuckDBPyConnection) -> None:
    """Every delivered row of the warehouse with where it came from; all grades, for the roster's own rows too."""
    [(held,)] = connection.execute("select list(table_name) from duckdb_tables()").fetchall()
    wanted = ("roster_member", *DELIVERED_TABLES)
    tables = [f"{table}_any_grade" if f"{table}_any_grade" in held else table for table in wanted]
    columns = "row_key, person_key, source, delivery_id, line_number, row_hash"
    parts = [
        f"select {columns}, {_grade(connection, table)} as match_grade from {table}"  # noqa: S608
        for table in tables
        if table in held
    ]
    connection.execute(f"create or replace temp table row_origin as {' union all '.join(parts)}").fetchall()


def _grade(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = connection.execute("select column_name from duckdb_columns() where table_name = ?", [table]).fetchall()
    return "match_grade" if ("match_grade",) in columns else "cast(null as varchar)"
