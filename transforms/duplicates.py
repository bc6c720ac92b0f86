"""Exact duplicates over a whole file: the same cells on another line."""

from __future__ import annotations

import polars as pl

_SEED = 1


def cell_hashes(rows: pl.DataFrame) -> pl.Series:
    """UInt64 per row over all cells (without line numbers)."""
    return rows.hash_rows(_SEED)


def repeated(hashes: list[pl.Series]) -> pl.Series:
    """Boolean per row of the file: a row before it has the same hash.

    Two different rows share a 64-bit hash about three times in a million files of ten million rows; that could only
    miscount a row of nobody, because rows of subjects are compared cell by cell (`first_of_equals`).
    """
    return ~pl.concat(hashes).is_first_distinct() if hashes else pl.Series(dtype=pl.Boolean)


def first_of_equals(cells: pl.DataFrame) -> pl.Series:
    """Boolean per row: no row before it has exactly the same cells."""
    return cells.select(pl.struct(pl.all()).is_first_distinct()).to_series()
