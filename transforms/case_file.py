"""Table `case_file`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.household_tables import CASE_FILE


def case_file(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The dates of each case's papers; a missing date is a missing paper."""
    return declared(rows, CASE_FILE)
