"""Table `payment`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.household_tables import PAYMENT


def payment(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Payments to households, by the month they are for."""
    return declared(rows, PAYMENT)
