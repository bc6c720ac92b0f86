"""When two runs say the same: a hash over their findings and evidence, sorted and written in one canonical way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

COMPARED = ("finding", "evidence")


def findings_hash(tables: Mapping[str, pl.DataFrame]) -> str:
    """SHA-256 (hex) over tables `finding` and `evidence`; row order, column order and file layout do not matter."""
    digest = hashlib.sha256()
    for name in COMPARED:
        digest.update(f"{name}\n".encode())
        digest.update("".join(f"{line}\n" for line in canonical_lines(tables[name])).encode())
    return digest.hexdigest()


def canonical_lines(frame: pl.DataFrame) -> pl.Series:
    """Every row as one line of JSON with its columns by name, the lines sorted.

    Columns hold text, whole numbers, truth values, decimals or days; the last two stand as `plain` writes them.
    """
    cells = [_written(name, frame.schema[name]) for name in sorted(frame.columns)]
    return frame.select(line=pl.struct(cells).struct.json_encode())["line"].sort()


def _written(name: str, kind: pl.DataType) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    if kind == pl.Date:
        return text
    if isinstance(kind, pl.Decimal) and kind.scale:
        return text.str.strip_chars_end("0").str.strip_chars_end(".")
    return text if kind == pl.Decimal else pl.col(name)


def plain(value: Any) -> Any:
    """A cell as JSON: decimals as fixed text, so that 1.50 and 1.5 are one value; days and instants as ISO text."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return value
