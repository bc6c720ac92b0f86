"""The part every transform shares: pick a table's declared columns from typed rows."""

from __future__ import annotations

import polars as pl

from transforms.schema import Table


def declared(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """The table's own columns in order; a column that the provider's layout does not have is null."""
    there = rows.collect_schema().names()
    absent = {name: pl.lit(None) for name in table.types if name not in there}
    return rows.with_columns(**absent).select(pl.col(name).cast(kind) for name, kind in table.types.items())
