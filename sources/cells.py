"""Regular lines → cells: the one place where Polars parses a delivery's text."""

from __future__ import annotations

import numpy as np
import polars as pl

from core.errors import DefectError, replace_engine_error
from sources.batch import LINE
from sources.lines import Places


def field_schema(width: int) -> dict[str, pl.DataType]:
    """Names and types of raw fields: field_0, field_1, …"""
    return {f"field_{place}": pl.String() for place in range(width)}


def cells_of(data: bytes, numbers: Places, width: int, separator: str, *, quoted: bool, where: str) -> pl.DataFrame:
    """Lines of exactly `width` fields → line_number, field_0 …; empty cells null, rows without any cell left out.

    Raises:
        DefectError: the parser sees other lines than were counted, or fails.
    """
    if not len(numbers):
        return pl.DataFrame(schema={LINE: pl.Int64(), **field_schema(width)})
    with replace_engine_error("reading.parse", where=where):
        cells = pl.read_csv(
            data,
            has_header=False,
            schema=field_schema(width),
            separator=separator,
            quote_char='"' if quoted else None,
            null_values=[""],
        )
        if cells.height != len(numbers):
            raise DefectError(
                "reading.lines",
                f"{len(numbers)} lines were counted and {cells.height} parsed",
                where=where,
                todo="reproduce with the delivery in a safe place",
            )
        numbered = cells.select(pl.Series(LINE, np.ascontiguousarray(numbers, np.int64)), pl.all())
        return numbered.filter(~pl.all_horizontal(pl.exclude(LINE).is_null()))
