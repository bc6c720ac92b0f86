"""What Great Expectations runs here: a metric that tells what all checks counted, and an expectation for each check.

Imported after the dialect was registered: it brings the whole library with it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.core.id_dict import IDDict
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.expectation_configuration import parse_result_format
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies
from sqlalchemy import text

from expectations.counting import COUNTS

METRIC = "table.unexpected_per_check"


class UnexpectedPerCheck(TableMetricProvider):
    """Table and check → deliveries with bad rows and how many; asked by every expectation, computed once per batch."""

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
    ) -> dict[tuple[str, str], list[dict[str, Any]]]:
        query = text(f"SELECT table_name, check_name, delivery_id, unexpected FROM {COUNTS} ORDER BY ALL")  # noqa: S608
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for table, check_name, delivery_id, unexpected in execution_engine.execute_query(query).fetchall():
            found.setdefault((table, check_name), []).append({"delivery_id": delivery_id, "unexpected": unexpected})
        return found


class ExpectNoUnexpectedRows(BatchExpectation):
    """No delivery holds a row for which the predicate is true."""

    of_table: str
    check: str
    predicate: str
    metric_dependencies: ClassVar[tuple[str, ...]] = (METRIC,)
    success_keys: ClassVar[tuple[str, ...]] = ("of_table", "check", "predicate")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: Any = None
    ) -> ValidationDependencies:
        """The one metric, said outright: to derive it the library copies each check's configuration twenty times."""
        counted = MetricConfiguration(METRIC, IDDict({"batch_id": self.batch_id, "table": None}), IDDict())
        asked = parse_result_format((runtime_configuration or {})["result_format"])
        return ValidationDependencies({METRIC: counted}, asked)

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        found = metrics[METRIC].get((self.of_table, self.check), [])
        return {"success": not found, "result": {"observed_value": len(found), "details": {"unexpected": found}}}
