"""Table `self_employed`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import SELF_EMPLOYED


def self_employed(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Declared business income by period. A quarter is three months and a year twelve, whatever months were written:
    a period that spans anything else loses its kind and becomes nobody's quarter."""
    span = (pl.col("to_month").dt.year() - pl.col("from_month").dt.year()) * 12
    months = span + pl.col("to_month").dt.month().cast(pl.Int32) - pl.col("from_month").dt.month().cast(pl.Int32) + 1
    agreed = (pl.col("period_code") == "quarter") & (months == 3) | (pl.col("period_code") == "year") & (months <= 12)
    return declared(rows.with_columns(pl.when(agreed).then("period_code").alias("period_code")), SELF_EMPLOYED)
