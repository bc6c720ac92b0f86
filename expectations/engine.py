"""Great Expectations at work: a table and its checks in, counts per check and delivery out.

Every check is one SQL predicate, TRUE where a row is bad. One query counts all of them (`expectations.counting`), so
that what the engine calls unexpected is `(delivery_id, count)` and never a person's row.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from core.errors import DefectError, replace_engine_error
from expectations import dialect
from expectations.check import Check
from expectations.counting import faulty, lay_counts

_SEVERITY = {"refuse": "critical", "warn": "warning"}
_COUNTS_ONLY = {"result_format": "COMPLETE", "partial_unexpected_count": 0}
_KEPT, _COUNTS = {"observed_value", "details"}, {"delivery_id", "unexpected"}


@dataclass(frozen=True)
class Outcome:
    """What one check found: bad rows (distinct row keys) per delivery; deliveries without a bad row are not listed."""

    check: Check
    unexpected: Mapping[str, int]

    @property
    def success(self) -> bool:
        """Whether no delivery holds a bad row."""
        return not self.unexpected


def validate(
    database: str, table: str, *, columns: Sequence[str], delivery_ids: Sequence[str], checks: Sequence[Check]
) -> list[Outcome]:
    """Run the checks over these deliveries of one table of a DuckDB database.

    `database` is a file or, so that nothing touches the disk, `:memory:<name>` held open by the caller.

    Raises:
        DefectError: the table has not the columns promised, or a predicate does not run; the message names the
            table and the check and never quotes a value.
    """
    with replace_engine_error("expectations.engine", where=table), _quiet():
        lay_counts(database, table, delivery_ids, checks)
        results = _run(database, table, columns, checks)
        by_name = {result.expectation_config.meta["check"]: result for result in results}
        _prove_columns(by_name[""], table)
        if any("observed_value" not in by_name[check.name].result for check in checks):
            raise faulty(database, table, delivery_ids, checks)
    return [Outcome(check, _counts(by_name[check.name], check, table)) for check in checks]


def _run(database: str, table: str, columns: Sequence[str], checks: Sequence[Check]) -> list[Any]:
    gx = loaded()
    no_unexpected_rows = import_module("expectations.expectation").ExpectNoUnexpectedRows
    context = gx.get_context(mode="ephemeral", project_config=_nothing_kept(gx.data_context.types.base))
    source = context.data_sources.add_sql(
        "extracts",
        connection_string=f"duckdb:///{database}",
    )
    whole = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table("whole")
    promised = gx.expectations.ExpectTableColumnsToMatchSet(
        column_set=list(columns), exact_match=True, meta={"check": ""}
    )
    asked = [
        no_unexpected_rows(
            check=check.name,
            predicate=check.predicate,
            description=check.message_en,
            severity=_SEVERITY[check.action],
            meta={"check": check.name},
        )
        for check in checks
    ]
    suite = gx.ExpectationSuite(name=table, expectations=[promised, *asked])
    try:
        report = whole.get_batch().validate(suite, result_format=_COUNTS_ONLY)
        return list(report.results)
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


def loaded() -> Any:
    """The library, imported after the dialect by which it finds DuckDB; takes seconds, so only who validates pays."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    dialect.register()
    import_module("expectations.expectation")
    return import_module("great_expectations")


def _nothing_kept(configuration: Any) -> Any:
    return configuration.DataContextConfig(
        store_backend_defaults=configuration.InMemoryStoreBackendDefaults(),
        progress_bars=configuration.ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _prove_columns(result: Any, table: str) -> None:
    if not result.success:
        raise DefectError(
            "expectations.columns",
            "the extract has not the columns its table promises",
            where=table,
            todo="compare the transform with the table's columns in docs/tables.md",
        )


def _counts(result: Any, check: Check, table: str) -> dict[str, int]:
    body = result.result
    found = body["details"]["unexpected"]
    if set(body) != _KEPT or len(found) != body["observed_value"] or any(set(row) != _COUNTS for row in found):
        raise DefectError(
            "expectations.samples",
            "the engine kept more than counts, or cut them",
            where=f"{table}, check {check.name}",
            todo="look at what the installed Great Expectations puts into its results",
        )
    return {row["delivery_id"]: int(row["unexpected"]) for row in found}


@contextmanager
def _quiet() -> Iterator[None]:
    """Great Expectations logs its errors, cells included, and deprecations of its own; neither may leave this file."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
