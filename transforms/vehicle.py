"""Table `vehicle`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import VEHICLE


def vehicle(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Vehicles by owner. The status is a set of letters, sorted; no scrap note on the record means no trail."""
    there = rows.collect_schema().names()
    trail = pl.col("scrap_trail").fill_null(False) if "scrap_trail" in there else pl.lit(False)
    return declared(rows.with_columns(trail.alias("scrap_trail")), VEHICLE)
