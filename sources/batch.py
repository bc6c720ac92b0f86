"""What reading gives: rows in our column names, and the lines that could not be rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

LINE = "line_number"
_REFUSED = {LINE: pl.Int64, "reason": pl.String, "raw": pl.String}

Refusals = list[tuple[int, str, str]]


@dataclass(frozen=True)
class Batch:
    """Some lines of a delivery.

    `rows`: line_number Int64, then every column of the card in its order and our names, all String, empty cells null.
    `refused`: line_number Int64, reason (one of the words in `REASONS`), raw text of the line.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame


REASONS = (
    "undecodable",
    "nul_byte",
    "control_character",
    "wrong_field_count",
    "wrong_length",
    "unbalanced_quote",
    "line_too_long",
    "repeated_header",
    "totals_row",
    "error_cell",
    "dropped_by_fix",
)
"""Why a line is structurally refused; every one is counted under its name in the delivery's account."""


def refused_frame(refusals: Refusals) -> pl.DataFrame:
    """Refusals as a frame in the order of their lines."""
    return pl.DataFrame(sorted(refusals), schema=_REFUSED, orient="row")


def with_our_names(cells: pl.DataFrame, ours: Sequence[tuple[str, int | None]]) -> pl.DataFrame:
    """Pick our columns: `cells` holds line_number, then `field_0…`; `ours` says which field (None: not delivered)."""
    absent = pl.lit(None, dtype=pl.String)
    return cells.select(
        pl.col(LINE),
        *((absent if field is None else pl.col(f"field_{field}")).alias(name) for name, field in ours),
    )
