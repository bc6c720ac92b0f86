"""Table `hukou_event`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import HUKOU_EVENT


def hukou_event(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Changes in the hukou register, by what happened and when."""
    return declared(rows, HUKOU_EVENT)
