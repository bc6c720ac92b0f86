"""docs/tables.md, written from the declared schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from transforms.schema import COMMON, Column
from transforms.tables import TABLES

_SQL_TYPES = {pl.String: "VARCHAR", pl.Date: "DATE", pl.Boolean: "BOOLEAN", pl.Int32: "INTEGER", pl.Int64: "BIGINT"}
_HEAD = """# Tables

Written from the declared tables (`make docs`); do not edit by hand. An extract's `rows.parquet` holds one of these
tables: the common columns, then the table's own. No column identifies a person: names, numbers, addresses, accounts and
plates stand in `sealed.parquet` only, under each household's key. Months are the first day of the month; amounts are
DECIMAL(14,2) in yuan for the period given as unit; a code column holds the listed words or null.
"""


def tables_markdown() -> str:
    """The page: the common columns, then every table with type, unit, sensitivity and meaning of each column."""
    parts = [_HEAD, "## Common columns\n", _listed(COMMON)]
    for table in TABLES.values():
        parts += [f"## {table.name}\n", f"{table.title_zh}. One row is {table.row}.\n", _listed(table.columns)]
    return "\n".join(parts)


def _listed(columns: Iterable[Column]) -> str:
    head = "| column | type | unit | sensitivity | meaning |\n|---|---|---|---|---|\n"
    return head + "".join(f"{line}\n" for line in _lines(columns))


def _lines(columns: Iterable[Column]) -> Iterator[str]:
    for column in columns:
        words = f": {' '.join(f'`{word}`' for word in column.words)}" if column.words else ""
        yield f"| `{column.name}` | {_type(column)} | {column.unit} | {column.sensitivity} | {column.meaning}{words} |"


def _type(column: Column) -> str:
    kind = column.kind
    return f"DECIMAL({kind.precision},{kind.scale})" if isinstance(kind, pl.Decimal) else _SQL_TYPES[type(kind)]
