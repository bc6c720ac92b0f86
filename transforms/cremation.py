"""Table `cremation`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import CREMATION


def cremation(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Cremations: an origin of deaths independent of the hukou register."""
    return declared(rows, CREMATION)
