"""Table `annual_income`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import ANNUAL_INCOME


def annual_income(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Income of a year. It stays annual: no month may be made of it."""
    return declared(rows, ANNUAL_INCOME)
