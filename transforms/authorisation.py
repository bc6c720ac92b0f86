"""Table `authorisation`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.household_tables import AUTHORISATION


def authorisation(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Authorisations as signed; a scope that is no word of ours is a source's name."""
    return declared(rows, AUTHORISATION)
