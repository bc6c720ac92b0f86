"""Great Expectations at work: what the checks of all tables counted in, a verdict for each check out.

Every check is one SQL predicate, TRUE where a row is bad. One query for each table counts all of its checks
(`expectations.counting`), so that what the engine calls unexpected is `(delivery_id, count)` and never a person's row.
The engine takes longer to start than to judge, so it is started once for all tables.
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
from expectations.counting import COUNTS

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


def validate(database: str, suites: Mapping[str, Sequence[Check]]) -> dict[str, list[Outcome]]:
    """Table → the outcome of each of its checks, in their order, as counted in `COUNTS` of a DuckDB database.

    `database` is a file or, so that nothing touches the disk, `:memory:<name>` held open by the caller.

    Raises:
        DefectError: the engine failed, or kept more than counts.
    """
    if not any(suites.values()):
        return {table: [] for table in suites}
    with replace_engine_error("expectations.engine", where=COUNTS), _quiet():
        results = _run(database, [(table, check) for table, checks in suites.items() for check in checks])
        by_name = {tuple(result.expectation_config.meta["check"]): result for result in results}
        return {
            table: [Outcome(check, _counts(by_name[table, check.name], check, table)) for check in checks]
            for table, checks in suites.items()
        }


def _run(database: str, checks: Sequence[tuple[str, Check]]) -> list[Any]:
    gx = loaded()
    no_unexpected_rows = import_module("expectations.expectation").ExpectNoUnexpectedRows
    context = gx.get_context(mode="ephemeral", project_config=_nothing_kept(gx.data_context.types.base))
    source = context.data_sources.add_sql("extracts", connection_string=f"duckdb:///{database}")
    whole = source.add_table_asset(COUNTS, table_name=COUNTS).add_batch_definition_whole_table("whole")
    asked = [
        no_unexpected_rows(
            of_table=table,
            check=check.name,
            predicate=check.predicate,
            description=check.message_en,
            severity=_SEVERITY[check.action],
            meta={"check": (table, check.name)},
        )
        for table, check in checks
    ]
    suite = gx.ExpectationSuite(name=COUNTS, expectations=asked)
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
