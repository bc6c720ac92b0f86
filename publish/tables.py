"""Which tables of the warehouse are published, and in which order their rows stand."""

from __future__ import annotations

from pathlib import Path

import duckdb

from core.errors import DefectError, replace_engine_error

SORTED_BY = {
    "finding": "household_key, finding_key",
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
    "could_look": "household_key, person_key, rule",
    "household_overview": "household_key",
}
ROWS_TOGETHER = dict.fromkeys(("finding", "evidence", "member", "unit_member", "worksheet", "worksheet_line"), 4096)
"""Rows that one read of a household takes up; a table not named here stands in DuckDB's own groups of 122,880, since
its many narrow rows are quicker to pass over than the list of many small groups is to read."""
_SPREAD = {
    "parameter_in_force": """
        select household_key, unnest(held, recursive := true)
        from (select household_key, place from household_place order by household_key)
        join (
            select
                place,
                list(struct_pack(name, value, text, document, row_id, verified) order by name, row_id) as held
            from value_of_place group by place
        ) using (place)
    """,
    "could_look": """
        select told.rule, household_key, person_key, told.could
        from (
            select household_key, person_key, unnest(told) as told
            from (from sight_of_subject order by household_key, person_key)
            join (
                select sight, list(struct_pack(rule, could) order by rule) as told from could_by_sight group by sight
            ) using (sight)
        )
    """,
}
"""What is the same for all who live in one place, or are seen alike: spread over the households in their order. Of a
city these are tens of millions of rows, of which only the households need sorting."""
_ONLY_PUBLISHED = {"evidence": "where finding_key in (select finding_key from finding)"}
OVERVIEW = Path(__file__).with_name("household_overview.sql")


def write_tables(connection: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> dict[str, int]:
    """Write every published table as `<table>.parquet` into the folder; rows by table.

    Rows of rules that run in the shadow are not published, nor is their evidence.

    Raises:
        DefectError: the warehouse lacks a table, or it cannot be read or written.
    """
    with replace_engine_error("publish.engine", where=f"warehouse of run {run_id}"):
        connection.execute("set preserve_insertion_order = true")
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
    told = f"select * from {name} {_ONLY_PUBLISHED.get(name, '')} order by {order}"  # noqa: S608 names are ours
    rows = _SPREAD.get(name, told)
    with replace_engine_error("publish.engine", where=f"published table {name}"):
        copied = connection.execute(f"copy ({rows}) to '{target}' ({_form(name)})").fetchall()
    return int(copied[0][0])


def _form(name: str) -> str:
    together = f", row_group_size {ROWS_TOGETHER[name]}" if name in ROWS_TOGETHER else ""
    return f"format parquet, compression zstd{together}"
