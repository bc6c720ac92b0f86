"""Table `contribution`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import CONTRIBUTION


def contribution(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Contributions by the month they belong to, beside the month they were settled in."""
    return declared(rows, CONTRIBUTION)
