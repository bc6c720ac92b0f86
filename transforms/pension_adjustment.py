"""Table `pension_adjustment`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import PENSION_ADJUSTMENT


def pension_adjustment(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rises of pensions, with what was paid back once."""
    return declared(rows, PENSION_ADJUSTMENT)
