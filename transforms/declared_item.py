"""Table `declared_item`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.household_tables import DECLARED_ITEM


def declared_item(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Items that households declared: amounts per month and per year stay apart, never divided or multiplied."""
    return declared(rows, DECLARED_ITEM)
