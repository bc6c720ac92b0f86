"""Table `hukou_person`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import HUKOU_PERSON


def hukou_person(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The hukou register: a cancelled registration keeps its reason, and is no death without it."""
    return declared(rows, HUKOU_PERSON)
