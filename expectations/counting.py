"""All checks of one table as one query: bad rows (distinct row keys) per delivery and check, counted in one reading."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from core.errors import DefectError
from expectations.check import Check, Level

COUNTS = "unexpected"
"""Table `table_name, delivery_id, check_name, unexpected`; what is not bad is not listed."""
_WHOLE = (Level.FILE, Level.RECORD_VALUE, Level.RECORD_CONSISTENCY, Level.HISTORY)


def lay_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `COUNTS`, empty."""
    connection.execute(
        f"CREATE TABLE {COUNTS} (table_name VARCHAR, delivery_id VARCHAR, check_name VARCHAR, unexpected BIGINT)"
    ).fetchall()


def count_bad_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    *,
    columns: Sequence[str],
    delivery_ids: Sequence[str],
    checks: Sequence[Check],
) -> None:
    """Add to `COUNTS` what the checks find in these deliveries of one table.

    A predicate that looks beyond its row sees its delivery only, or all for history.

    Raises:
        DefectError: the table has not the columns promised, or a predicate does not run; the message names the
            table and the check and never quotes a value.
    """
    _prove_columns(connection, table, columns)
    counted = f"INSERT INTO {COUNTS} SELECT '{table}', * FROM ({_counted(table, delivery_ids, checks)})"  # noqa: S608
    if not _runs(connection, counted):
        raise _faulty(connection, table, delivery_ids, checks)


def _prove_columns(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
    held = "SELECT column_name FROM duckdb_columns() WHERE table_name = ?"
    if {name for (name,) in connection.execute(held, [table]).fetchall()} != set(columns):
        raise DefectError(
            "expectations.columns",
            "the extract has not the columns its table promises",
            where=table,
            todo="compare the transform with the table's columns in docs/tables.md",
        )


def _faulty(
    connection: duckdb.DuckDBPyConnection, table: str, delivery_ids: Sequence[str], checks: Sequence[Check]
) -> DefectError:
    """The error that names the check whose predicate does not run by itself."""
    failing = [check for check in checks if not _runs(connection, _counted(table, delivery_ids, [check]))]
    named = f"{table}, check {failing[0].name}" if failing else table
    origin = failing[0].origin if failing else "all together"
    return DefectError(
        "expectations.predicate",
        "a check's predicate does not run; the engine's message is withheld because it may quote a person's data",
        where=named,
        todo=f"run the predicate by hand over one extract and correct it in checks.yml ({origin})",
    )


def _runs(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    try:
        connection.execute(query).fetchall()
    except duckdb.Error:
        return False
    return True


def _counted(table: str, delivery_ids: Sequence[str], checks: Sequence[Check]) -> str:
    whole = [check for check in checks if check.level in _WHOLE]
    within = [check for check in checks if check.level not in _WHOLE]
    parts = [_part(table, delivery_ids, whole)] if whole else []
    parts += [_part(table, [delivery_id], within) for delivery_id in delivery_ids if within]
    nothing = "SELECT NULL::VARCHAR AS delivery_id, NULL::VARCHAR AS check_name, 0 AS unexpected"
    counted = "\nUNION ALL\n".join(f"({part})" for part in parts or [nothing])
    return f"SELECT * FROM ({counted}) WHERE unexpected > 0"  # noqa: S608


def _part(table: str, delivery_ids: Sequence[str], checks: Sequence[Check]) -> str:
    listed = ", ".join(f"'{delivery_id}'" for delivery_id in delivery_ids)
    judged = ", ".join(f"({check.predicate}) AS bad_{place}" for place, check in enumerate(checks))
    any_bad = " OR ".join(f"bad_{place}" for place in range(len(checks)))
    named = ", ".join(f"CASE WHEN bad_{place} THEN '{check.name}' END" for place, check in enumerate(checks))
    return (
        f"WITH rows AS (SELECT * FROM {table} WHERE delivery_id IN ({listed})),"  # noqa: S608
        f" judged AS (SELECT delivery_id, row_key, {judged} FROM rows),"
        f" bad AS (SELECT delivery_id, row_key, unnest([{named}]) AS check_name FROM judged WHERE {any_bad})"
        " SELECT delivery_id, check_name, count(DISTINCT row_key) AS unexpected"
        " FROM bad WHERE check_name IS NOT NULL GROUP BY delivery_id, check_name"
    )
