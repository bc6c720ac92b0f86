"""The only file that knows Great Expectations: a table and its checks in, counts per check and delivery out.

Every check is one SQL predicate, TRUE where a row is bad. It is put to Great Expectations as a query that groups the
bad rows by delivery, so that what the engine calls an unexpected row is `(delivery_id, count)` and never a person's.
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
from expectations.check import Check, Level

DELIVERIES_PER_BATCH = 200  # Great Expectations hands out at most 200 unexpected rows (MAX_RESULT_RECORDS)
_SEVERITY = {"refuse": "critical", "warn": "warning"}
_COUNTS = {"delivery_id", "unexpected"}
_ROW_LISTS = ("unexpected_list", "unexpected_index_list", "unexpected_index_query", "partial_unexpected")


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
    """Run the checks over one table of a DuckDB database, at most 200 deliveries of it at once.

    `database` is a file or, so that nothing touches the disk, `:memory:<name>` held open by the caller.

    Raises:
        DefectError: the table has not the columns promised, or a predicate does not run; the message names the
            table and the check and never quotes a value.
    """
    if len(delivery_ids) > DELIVERIES_PER_BATCH:
        raise DefectError(
            "expectations.batch",
            f"{len(delivery_ids)} deliveries in one batch, more than {DELIVERIES_PER_BATCH}",
            where=table,
            todo="split the deliveries before validating",
        )
    with replace_engine_error("expectations.engine", where=table), _quiet():
        results = _run(database, table, columns, delivery_ids, checks)
    by_name = {result["expectation_config"]["meta"]["check"]: result for result in results}
    _prove_columns(by_name[""], table)
    return [Outcome(check, _counts(by_name[check.name], check, table)) for check in checks]


def _run(
    database: str, table: str, columns: Sequence[str], delivery_ids: Sequence[str], checks: Sequence[Check]
) -> list[dict[str, Any]]:
    gx = loaded()
    context = gx.get_context(mode="ephemeral", project_config=_nothing_kept(gx.data_context.types.base))
    source = context.data_sources.add_sql(
        "extracts",
        connection_string=f"duckdb:///{database}",
    )
    batch = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table("whole")
    promised = gx.expectations.ExpectTableColumnsToMatchSet(
        column_set=list(columns), exact_match=True, meta={"check": ""}
    )
    asked = [
        gx.expectations.UnexpectedRowsExpectation(
            unexpected_rows_query=_query(check, delivery_ids),
            description=check.message_en,
            severity=_SEVERITY[check.action],
            meta={"check": check.name},
        )
        for check in checks
    ]
    suite = context.suites.add(gx.ExpectationSuite(name=table, expectations=[promised, *asked]))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=batch, suite=suite))
    try:
        report = definition.run(result_format={"result_format": "COMPLETE", "partial_unexpected_count": 0})
        results: list[dict[str, Any]] = report.to_json_dict()["results"]
        return results
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


def loaded() -> Any:
    """The library, imported after the dialect by which it finds DuckDB; takes seconds, so only who validates pays."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    dialect.register()
    return import_module("great_expectations")


def _nothing_kept(configuration: Any) -> Any:
    return configuration.DataContextConfig(
        store_backend_defaults=configuration.InMemoryStoreBackendDefaults(),
        progress_bars=configuration.ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _query(check: Check, delivery_ids: Sequence[str]) -> str:
    """The check as one query; a predicate that looks beyond its row sees its delivery only, or all for history."""
    wanted = [delivery_ids] if check.level in _WHOLE else [[delivery_id] for delivery_id in delivery_ids]
    parts = (_grouped(check.predicate, ids) for ids in wanted)
    return "\nUNION ALL\n".join(f"({part})" for part in parts)


_WHOLE = (Level.FILE, Level.RECORD_VALUE, Level.RECORD_CONSISTENCY, Level.HISTORY)


def _grouped(predicate: str, delivery_ids: Sequence[str]) -> str:
    listed = ", ".join(f"'{delivery_id}'" for delivery_id in delivery_ids)
    doubled = predicate.replace("{", "{{").replace("}", "}}")
    return (
        f"WITH rows AS (SELECT * FROM {{batch}} WHERE delivery_id IN ({listed}))"  # noqa: S608
        " SELECT delivery_id, count(DISTINCT row_key) AS unexpected"
        f" FROM rows WHERE ({doubled}) GROUP BY delivery_id"
    )


def _prove_columns(result: Mapping[str, Any], table: str) -> None:
    if not result["success"]:
        raise DefectError(
            "expectations.columns",
            "the extract has not the columns its table promises",
            where=table,
            todo="compare the transform with the table's columns in docs/tables.md",
        )


def _counts(result: Mapping[str, Any], check: Check, table: str) -> dict[str, int]:
    body = result["result"]
    if "observed_value" not in body:
        raise DefectError(
            "expectations.predicate",
            "a check's predicate does not run; the engine's message is withheld because it may quote a person's data",
            where=f"{table}, check {check.name}",
            todo=f"run the predicate by hand over one extract and correct it in checks.yml ({check.origin})",
        )
    rows = body.get("details", {}).get("unexpected_rows", [])
    survived = [key for key in body if key.startswith(_ROW_LISTS)]
    if survived or len(rows) != body["observed_value"] or any(set(row) != _COUNTS for row in rows):
        raise DefectError(
            "expectations.samples",
            "the engine kept more than counts, or cut them",
            where=f"{table}, check {check.name}",
            todo="look at what the installed Great Expectations puts into its results",
        )
    return {row["delivery_id"]: int(row["unexpected"]) for row in rows}


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
