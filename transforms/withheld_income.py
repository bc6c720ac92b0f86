"""Table `withheld_income`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import WITHHELD_INCOME


def withheld_income(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Income withheld upon, by month and item; zero tax says nothing about income."""
    return declared(rows, WITHHELD_INCOME)
