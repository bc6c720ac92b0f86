"""Which constructs of a page carry over to Apache Spark: the same SQL, transpiled, must mean the same there."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError

from core.errors import DefectError
from rules.reading import parse

REFUSED: dict[str, str] = {
    "Pivot": "Spark's PIVOT is another statement",
    "GroupConcat": "string_agg(distinct … order by …) fails on Spark; use array_to_string(list_sort(list(…)))",
    "Lambda": "lambdas are written differently",
    "AsOf": "no ASOF join",
    "Lateral": "lateral joins differ",
    "Columns": "no columns(…) expression",
    "Struct": "struct literals differ",
    "Interval": "an interval of a column is no Spark literal; use date_diff",
    "ArgMax": "ties differ between engines and runs",
    "ArgMin": "ties differ between engines and runs",
    "First": "order-dependent",
    "Last": "order-dependent",
    "Rand": "not repeatable",
    "CurrentDate": "the day is as_of_day",
    "CurrentTimestamp": "the day is as_of_day",
    "TableSample": "not repeatable",
}
"""Class of the syntax node → why it is refused."""


@lru_cache(maxsize=512)
def to_spark(name: str, sql: str) -> str:
    """The page in Spark's dialect.

    Raises:
        DefectError: the page uses a construct that does not carry over.
    """
    for node in parse(sql).walk():
        if reason := REFUSED.get(type(node).__name__):
            raise _refused(name, f"{type(node).__name__}: {reason}")
        if isinstance(node, exp.Array | exp.ArrayAgg) and _unsorted(node):
            raise _refused(name, "list() without list_sort: its order differs between engines and runs")
        if isinstance(node, exp.Anonymous):
            raise _refused(name, f"function {node.name} is not known to carry over")
    try:
        told = parse(sql).sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
        sqlglot.parse_one(told, read="spark")
    except SqlglotError as error:
        raise _refused(name, f"sqlglot: {error}") from None
    return told


def _unsorted(node: exp.Expr) -> bool:
    return not (isinstance(node, exp.ArrayAgg) and isinstance(node.parent, exp.ArraySort))


def _refused(name: str, what: str) -> DefectError:
    return DefectError("rule.not_portable", what, where=f"rules/{name}.sql", todo="use words both engines share")
