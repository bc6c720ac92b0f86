"""What a page's SQL says, read as a syntax tree."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp

from core.errors import DefectError


@lru_cache(maxsize=512)
def parse(sql: str) -> exp.Expr:
    """The one SELECT statement of a page, in DuckDB's dialect.

    Raises:
        DefectError: the text is not exactly one query.
    """
    statements = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise DefectError("rule.not_a_query", "a page must be one SELECT", where="rules", todo="write one query")
    return statements[0]


@lru_cache(maxsize=512)
def tables_read(sql: str) -> frozenset[str]:
    """Tables and terms the page reads, without its own common table expressions."""
    tree = parse(sql)
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table)) - own
