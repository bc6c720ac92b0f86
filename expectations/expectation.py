"""What Great Expectations runs here: a metric that counts all checks of a table, and an expectation for each check.

Imported after the dialect was registered: it brings the whole library with it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from sqlalchemy import text

from expectations.counting import VIEW

METRIC = "table.unexpected_per_check"


class UnexpectedPerCheck(TableMetricProvider):
    """Check → its deliveries with bad rows and how many; asked by every expectation, computed once per batch."""

    metric_name = METRIC
    value_keys = ()

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> dict[str, list[dict[str, Any]]]:
        query = text(f"SELECT check_name, delivery_id, unexpected FROM {VIEW} ORDER BY ALL")  # noqa: S608
        found: dict[str, list[dict[str, Any]]] = {}
        for check_name, delivery_id, unexpected in execution_engine.execute_query(query).fetchall():
            found.setdefault(check_name, []).append({"delivery_id": delivery_id, "unexpected": unexpected})
        return found


class ExpectNoUnexpectedRows(BatchExpectation):
    """No delivery holds a row for which the predicate is true."""

    check: str
    predicate: str
    metric_dependencies: ClassVar[tuple[str, ...]] = (METRIC,)
    success_keys: ClassVar[tuple[str, ...]] = ("check", "predicate")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        found = metrics[METRIC].get(self.check, [])
        return {"success": not found, "result": {"observed_value": len(found), "details": {"unexpected": found}}}
