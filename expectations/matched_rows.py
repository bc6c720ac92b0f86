"""The extracts of each source as one table in memory, and what the checks count in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.errors import HeduiError, replace_engine_error
from core.settings import Settings
from expectations.check import Check
from expectations.counting import count_bad_rows, lay_counts
from expectations.engine import Outcome, validate
from expectations.meaning import meaning_of
from expectations.report import CheckResult
from expectations.suite import suite_of
from ledger import extracts
from ledger.run import Ledger
from sources.card import Card
from transforms.schema import COMMON
from transforms.tables import TABLES

Results = dict[str, list[CheckResult]]
"""Delivery id → its results; deliveries without an extract are left out."""


@dataclass(frozen=True)
class _Counted:
    """A source whose bad rows are counted: its checks, and distinct rows per delivery."""

    checks: Sequence[Check]
    rows: Mapping[str, int]


def check_sources(
    cards: Mapping[str, Card], delivery_ids: Mapping[str, Sequence[str]], ledger: Ledger, settings: Settings
) -> dict[str, Results | HeduiError]:
    """Source → every check of it over the newest extract of each of its deliveries, or why its checks cannot run:
    a predicate does not run, or an extract has not its table's columns."""
    database = f":memory:checked_{secrets.token_hex(8)}"
    counted: dict[str, _Counted] = {}
    failed: dict[str, Results | HeduiError] = {}
    with duckdb.connect(database) as connection:
        connection.execute(f"SET memory_limit = '{settings.memory_limit}'")
        connection.execute(f"SET threads = {settings.threads}")
        lay_counts(connection)
        for source, ids in delivery_ids.items():
            try:
                counted[source] = _count(connection, cards[source], ids, ledger, settings)
            except HeduiError as error:
                failed[source] = error
        try:
            outcomes = validate(database, {source: one.checks for source, one in counted.items()})
        except HeduiError as error:
            return dict.fromkeys(delivery_ids, error)
    return failed | {source: _results(one, outcomes[source]) for source, one in counted.items()}


def _count(
    connection: duckdb.DuckDBPyConnection, card: Card, delivery_ids: Sequence[str], ledger: Ledger, settings: Settings
) -> _Counted:
    columns = [column.name for column in (*COMMON, *TABLES[card.table].columns)]
    checks = suite_of(card, columns, meaning_of(settings.sources_folder / card.source))
    with ledger.read():
        files = _files(delivery_ids, ledger)
    if not files:
        return _Counted([], {})
    with _table(connection, card.source, list(files.values())) as rows:
        count_bad_rows(connection, card.source, columns=columns, delivery_ids=list(files), checks=checks)
    return _Counted(checks, {delivery_id: rows.get(delivery_id, 0) for delivery_id in files})


def _results(counted: _Counted, outcomes: Sequence[Outcome]) -> Results:
    return {
        delivery_id: [_result(outcome.check, rows, outcome.unexpected.get(delivery_id, 0)) for outcome in outcomes]
        for delivery_id, rows in counted.rows.items()
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
def _table(
    connection: duckdb.DuckDBPyConnection, source: str, files: Sequence[list[Path]]
) -> Iterator[Mapping[str, int]]:
    """The rows in memory as a table of the source's name, and distinct rows per delivery; the table is gone afterwards.

    `files` are the extracts of each delivery. Only where one has several can a row stand for the same person twice.
    """
    once = _ONCE if any(len(of_delivery) > 1 for of_delivery in files) else ""
    with replace_engine_error("expectations.rows", where=source):
        connection.execute(
            f"CREATE TABLE {source} AS SELECT * EXCLUDE (filename)"  # noqa: S608
            f" FROM read_parquet($files, filename = true) {once}",
            {"files": [str(file) for of_delivery in files for file in of_delivery]},
        ).fetchall()
        counted = f"SELECT delivery_id, count(DISTINCT row_key) FROM {source} GROUP BY delivery_id"  # noqa: S608
        rows = dict(connection.execute(counted).fetchall())
    try:
        yield rows
    finally:
        connection.execute(f"DROP TABLE {source}").fetchall()


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
