"""When two runs say the same: a hash over their findings and evidence, sorted and written in one canonical way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
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
        for line in canonical_lines(tables[name]):
            digest.update(line.encode())
    return digest.hexdigest()


def canonical_lines(frame: pl.DataFrame) -> list[str]:
    """Every row as one line of JSON with its columns by name, the lines sorted."""
    columns = sorted(frame.columns)
    return sorted(_line(columns, row) for row in frame.select(columns).iter_rows())


def _line(columns: Iterable[str], row: Iterable[Any]) -> str:
    values = {name: plain(value) for name, value in zip(columns, row, strict=True)}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def plain(value: Any) -> Any:
    """A cell as JSON: decimals as fixed text, so that 1.50 and 1.5 are one value; days and instants as ISO text."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return value
