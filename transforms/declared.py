"""The part every transform shares: pick a table's declared columns from typed rows."""

from __future__ import annotations

import polars as pl

from transforms.schema import Table


def declared(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """The table's own columns in order; a column that the provider's layout does not have is null."""
    there = rows.collect_schema().names()
    return rows.select(
        (pl.col(name) if name in there else pl.lit(None)).cast(kind).alias(name) for name, kind in table.types.items()
    )
