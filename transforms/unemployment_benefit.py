"""Table `unemployment_benefit`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import UNEMPLOYMENT_BENEFIT


def unemployment_benefit(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Unemployment benefit by the month it was paid for."""
    return declared(rows, UNEMPLOYMENT_BENEFIT)
