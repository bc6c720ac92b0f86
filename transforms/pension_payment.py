"""Table `pension_payment`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import PENSION_PAYMENT


def pension_payment(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Pension items by belonging month; back-pay stays apart from the standard."""
    return declared(rows, PENSION_PAYMENT)
