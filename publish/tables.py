"""Which tables of the warehouse are published, and in which order their rows stand."""

from __future__ import annotations

from pathlib import Path

import duckdb

from core.errors import DefectError, replace_engine_error

SORTED_BY = {
    "finding": "finding_key",
    "evidence": "finding_key, row_key",
    "coverage": "person_key, source, fact, month",
    "identity_queue": "person_key, source, row_key",
    "feed_health": "source",
    "expectation_result": "all",
    "household": "household_key",
    "member": "household_key, person_key",
    "unit_member": "household_key, person_key",
    "worksheet": "household_key",
    "worksheet_line": "household_key, line_number",
    "run_delivery": "source, delivery_id",
    "parameter_in_force": "household_key, name, row_id",
    "rule_run": "rule",
    "could_look": "rule, household_key, person_key",
    "household_overview": "household_key",
}
_ONLY_PUBLISHED = {"evidence": "where finding_key in (select finding_key from finding)"}
OVERVIEW = Path(__file__).with_name("household_overview.sql")


def write_tables(connection: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> dict[str, int]:
    """Write every published table as `<table>.parquet` into the folder; rows by table.

    Rows of rules that run in the shadow are not published, nor is their evidence.

    Raises:
        DefectError: the warehouse lacks a table, or it cannot be read or written.
    """
    with replace_engine_error("publish.engine", where=f"warehouse of run {run_id}"):
        connection.execute(OVERVIEW.read_text(encoding="utf-8")).fetchall()
        there = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        there |= {name for (name,) in connection.execute("select view_name from duckdb_views()").fetchall()}
    if missing := sorted(set(SORTED_BY) - there):
        raise DefectError(
            "publish.no_table",
            f"the warehouse lacks {', '.join(missing)}",
            where=f"work/{run_id}/warehouse.duckdb",
            todo="join and ask the run again before publishing it",
        )
    return {name: _write(connection, name, order, folder) for name, order in SORTED_BY.items()}


def _write(connection: duckdb.DuckDBPyConnection, name: str, order: str, folder: Path) -> int:
    target = str(folder / f"{name}.parquet").replace("'", "''")
    rows = f"select * from {name} {_ONLY_PUBLISHED.get(name, '')} order by {order}"  # noqa: S608 names are ours
    with replace_engine_error("publish.engine", where=f"published table {name}"):
        copied = connection.execute(f"copy ({rows}) to '{target}' (format parquet, compression zstd)").fetchall()
    return int(copied[0][0])
