"""How the rooms' sample writers put facts of the invented world into their providers' own files.

`write(facts, sheet, folder) -> Written` in each `sources/<room>/sample.py` is a pure function of its inputs and
`sheet.seed`: the same facts and sheet give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

MONEY = pl.Decimal(14, 2)
COMMON_FACTS: dict[str, pl.DataType] = {
    "fact_id": pl.String(),
    "world_person_id": pl.String(),
    "id_number": pl.String(),
    "name": pl.String(),
    "former_name": pl.String(),
    "birth_date": pl.Date(),
    "sex_code": pl.String(),
    "address": pl.String(),
}
"""Columns every room's facts begin with: the true 18-character number and the true name, never dirty ones.
`sex_code` is '1' male, '2' female (GB/T 2261.1); `former_name` may be null. A room's `FACTS` names all it needs;
amounts may come as Decimal or Float64 in yuan, further columns are ignored, order does not matter."""


@dataclass(frozen=True)
class Sheet:
    """What one delivery is about.

    `period` is the first day of the month (deltas) or None (snapshots), `as_of` the day the file was drawn,
    `dirt` scales how many rows are dirty (1.0 as in life, 0.0 clean), `lost_bytes` how many lines of a GB18030 file
    lose one byte inside a double-byte character on the way.
    """

    period: date | None
    as_of: date
    seed: int
    dirt: float = 1.0
    lost_bytes: int = 0


@dataclass(frozen=True)
class Written:
    """A delivery's file, its control file if the provider sends one, and what stands in each line.

    `lines`: line_number Int64 (first line of the file is 1), world_person_id, fact_id, dirt String. Lines that are no
    fact (test rows, repeated headers, totals) have null ids; `dirt` is null for a clean line.
    """

    path: Path
    control_path: Path | None
    lines: pl.DataFrame
