"""The extracts of one source as one table in memory, and what the checks count in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from core.errors import replace_engine_error
from core.settings import Settings
from expectations.check import Check
from expectations.engine import validate
from expectations.meaning import meaning_of
from expectations.report import CheckResult
from expectations.suite import suite_of
from ledger import extracts
from ledger.run import Ledger
from sources.card import Card
from transforms.schema import COMMON
from transforms.tables import TABLES


def check_source(
    card: Card, delivery_ids: Sequence[str], ledger: Ledger, settings: Settings
) -> dict[str, list[CheckResult]]:
    """Every check of the source over the newest extract of each delivery; deliveries without an extract are left out.

    Raises:
        DefectError: a predicate does not run, or an extract has not its table's columns.
    """
    columns = [column.name for column in (*COMMON, *TABLES[card.table].columns)]
    checks = suite_of(card, columns, meaning_of(settings.sources_folder / card.source))
    with ledger.read():
        files = _files(delivery_ids, ledger)
    if not files:
        return {}
    with _table(card, list(files.values()), settings) as (database, rows):
        outcomes = validate(database, card.table, columns=columns, delivery_ids=list(files), checks=checks)
    return {
        delivery_id: [
            _result(outcome.check, rows.get(delivery_id, 0), outcome.unexpected.get(delivery_id, 0))
            for outcome in outcomes
        ]
        for delivery_id in files
    }


def _files(delivery_ids: Sequence[str], ledger: Ledger) -> dict[str, list[Path]]:
    """The newest extract of every subject set, by delivery: a household that joined later has one of its own."""
    home = ledger.settings.home
    found: dict[str, list[Path]] = {}
    for delivery_id in delivery_ids:
        newest = {one.subject_set_id: home / one.path / "rows.parquet" for one in extracts.find(ledger, delivery_id)}
        if newest:
            found[delivery_id] = sorted(newest.values())
    return found


@contextmanager
def _table(card: Card, files: Sequence[list[Path]], settings: Settings) -> Iterator[tuple[str, Mapping[str, int]]]:
    """A database in memory with the rows under the table's name, and distinct rows per delivery; gone afterwards.

    `files` are the extracts of each delivery. Only where one has several can a row stand for the same person twice.
    """
    once = _ONCE if any(len(of_delivery) > 1 for of_delivery in files) else ""
    database = f":memory:{card.source}_{secrets.token_hex(8)}"
    with duckdb.connect(database) as connection, replace_engine_error("expectations.rows", where=card.source):
        connection.execute(f"SET memory_limit = '{settings.memory_limit}'")
        connection.execute(f"SET threads = {settings.threads}")
        connection.execute(
            f"CREATE TABLE {card.table} AS SELECT * EXCLUDE (filename)"  # noqa: S608
            f" FROM read_parquet($files, filename = true) {once}",
            {"files": [str(file) for of_delivery in files for file in of_delivery]},
        )
        counted = connection.execute(
            f"SELECT delivery_id, count(DISTINCT row_key) FROM {card.table} GROUP BY delivery_id"  # noqa: S608
        ).fetchall()
        yield database, dict(counted)


_ONCE = "QUALIFY row_number() OVER (PARTITION BY row_key, person_key ORDER BY filename DESC) = 1"


def _result(check: Check, rows: int, unexpected: int) -> CheckResult:
    return CheckResult(
        check.name,
        check.origin,
        check.level,
        check.action,
        rows,
        unexpected,
        check.message_zh,
        check.message_en,
        check.who,
    )
