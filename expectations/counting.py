"""All checks of one table as one query: bad rows (distinct row keys) per delivery and check, counted in one reading."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from core.errors import DefectError
from expectations.check import Check, Level

VIEW = "unexpected"
"""`delivery_id, check_name, unexpected`; what is not bad is not listed."""
_WHOLE = (Level.FILE, Level.RECORD_VALUE, Level.RECORD_CONSISTENCY, Level.HISTORY)


def lay_counts(database: str, table: str, delivery_ids: Sequence[str], checks: Sequence[Check]) -> None:
    """Create the view `VIEW`; a predicate that looks beyond its row sees its delivery only, or all for history.

    Raises:
        DefectError: a predicate does not fit the table.
    """
    with duckdb.connect(database) as connection:
        try:
            connection.execute(f"CREATE OR REPLACE VIEW {VIEW} AS {_counted(table, delivery_ids, checks)}")
        except duckdb.Error:
            raise faulty(database, table, delivery_ids, checks) from None


def faulty(database: str, table: str, delivery_ids: Sequence[str], checks: Sequence[Check]) -> DefectError:
    """The error that names the check whose predicate does not run by itself."""
    failing = [check for check in checks if not _runs(database, _counted(table, delivery_ids, [check]))]
    named = f"{table}, check {failing[0].name}" if failing else table
    origin = failing[0].origin if failing else "all together"
    return DefectError(
        "expectations.predicate",
        "a check's predicate does not run; the engine's message is withheld because it may quote a person's data",
        where=named,
        todo=f"run the predicate by hand over one extract and correct it in checks.yml ({origin})",
    )


def _runs(database: str, query: str) -> bool:
    with duckdb.connect(database) as connection:
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
