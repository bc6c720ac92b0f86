"""How the rooms' sample writers put facts of the invented world into their providers' own files.

`write(facts, sheet, folder) -> Written` in each `sources/<room>/sample.py` is a pure function of its inputs and
`sheet.seed`: the same facts and sheet give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from zlib import crc32

import numpy as np
import polars as pl

from sources.dirt import DIRT, FACT, FORMER, HIDDEN, PERSON, SUM, Stain, Strays, stained, totals_row, with_strays
from sources.dirty_values import DOT
from sources.file_writers import FileWriter

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

_PART = 250_000


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

    @property
    def month(self) -> date:
        """The month a delta is about.

        Raises:
            ValueError: the sheet has no period.
        """
        if self.period is None:
            raise ValueError("this room delivers by month: the sheet needs a period")
        return self.period


@dataclass(frozen=True)
class Written:
    """A delivery's file, its control file if the provider sends one, and what stands in each line.

    `lines`: line_number Int64 (first line of the file is 1), world_person_id, fact_id, dirt String. Lines that are no
    fact (test rows, repeated headers, totals) have null ids; `dirt` is null for a clean line.
    """

    path: Path
    control_path: Path | None
    lines: pl.DataFrame


@dataclass(frozen=True)
class Form:
    """One provider's way of writing: the words for a part of the facts, the dirt, and the file they go into.

    `words` gives the provider's columns, all text, in the file's order, one row per fact. `order` is how the provider
    sorts its facts, by our columns, until no two are alike. `control_sum` is the column of theirs whose sum the
    provider states in a control file; '' states the rows alone, None sends no control file.
    """

    words: Callable[[pl.DataFrame], pl.DataFrame]
    writer: Callable[[Path, list[str]], FileWriter]
    order: tuple[str | pl.Expr, ...]
    stains: tuple[Stain, ...] = ()
    strays: Strays = field(default_factory=Strays)
    control_sum: str | None = None


def deliver(facts: pl.DataFrame, sheet: Sheet, path: Path, form: Form) -> Written:
    """Write the facts, in the provider's order, as one delivery at `path`.

    Only a part of the facts at a time is put into words: what is held is the facts and their order.
    """
    header = form.words(facts.head(0)).columns
    lines: list[pl.DataFrame] = []
    total = Decimal(0)
    with form.writer(path, header) as file:
        line = file.first_line
        for part, lost in _parts(facts, sheet, path.name, form):
            file.put(part.drop(HIDDEN), lost)
            lines.append(_lines(part, line))
            line += part.height
            total += Decimal(str(part[SUM].sum() or 0))
    written = pl.concat([_no_lines(facts), *lines])
    control = None if form.control_sum is None else _control(path, written.height, total, sheet, form.control_sum)
    return Written(path, control, written)


def theirs(column: str, codes: dict[str, str]) -> pl.Expr:
    """Our codes in `column` as the provider's; null stays null, a code the provider has no word for raises."""
    return pl.col(column).replace_strict(codes, return_dtype=pl.String)


def day(column: str, form: str = "%Y%m%d", empty: str | None = None) -> pl.Expr:
    """A date column as the provider writes it; `empty` stands where there is none."""
    text = pl.col(column).dt.strftime(form)
    return text if empty is None else text.fill_null(empty)


def month(column: str, form: str = "%Y%m", empty: str | None = None) -> pl.Expr:
    """A month column as the provider writes it."""
    return day(column, form, empty)


def yuan(column: str) -> pl.Expr:
    """An amount in yuan with two places: 1234.50."""
    return pl.col(column).cast(MONEY).cast(pl.String)


def fen(column: str) -> pl.Expr:
    """An amount in whole fen: 123450."""
    return (pl.col(column).cast(pl.Decimal(18, 2)) * 100).cast(pl.Int64).cast(pl.String)


def number(*columns: str, digits: int, salt: int) -> pl.Expr:
    """A provider's own number for a thing: `digits` digits, the same for the same values in every delivery."""
    mixed: pl.Expr = pl.struct(columns).hash(seed=salt) % (9 * 10 ** (digits - 1)) + 10 ** (digits - 1)
    return mixed.cast(pl.String)


def nation() -> pl.Expr:
    """民族 as the registers hold it; no page of Hedui may ever use it."""
    chance = pl.col("world_person_id").hash(seed=7) % 100
    han = pl.when(chance < 92).then(pl.lit("汉族")).when(chance < 97).then(pl.lit("满族")).otherwise(pl.lit("回族"))
    return pl.when(pl.col("name").str.contains(DOT, literal=True)).then(pl.lit("维吾尔族")).otherwise(han)


def _parts(facts: pl.DataFrame, sheet: Sheet, name: str, form: Form) -> Iterator[tuple[pl.DataFrame, list[int]]]:
    starts = range(0, facts.height, _PART)
    order = facts.select(pl.arg_sort_by(form.order)).to_series()
    for index, start in enumerate(starts):
        rng = np.random.default_rng([sheet.seed, crc32(name.encode()), index])
        part = stained(_texts(facts[order.slice(start, _PART)], form), form.stains, rng, sheet.dirt)
        strays = form.strays if index == 0 else form.strays.shares_only()
        part = with_strays(part, strays, rng, sheet.dirt)
        if form.strays.totals and sheet.dirt and index == len(starts) - 1:
            part = pl.concat([part, totals_row(part, form.strays.totals)])
        lost = _lost(part, sheet.lost_bytes if index == 0 else 0, rng)
        kinds = (
            pl.when(pl.int_range(pl.len()).is_in(lost)).then(pl.lit("lost_byte")).otherwise(pl.col(DIRT)).alias(DIRT)
        )
        yield part.with_columns(kinds), lost


def _texts(facts: pl.DataFrame, form: Form) -> pl.DataFrame:
    words = form.words(facts)
    total = (
        pl.col(form.control_sum).str.strip_chars().cast(pl.Decimal(18, 2))
        if form.control_sum
        else pl.lit(None, pl.Decimal(18, 2))
    )
    return words.with_columns(
        facts["former_name"].alias(FORMER),
        pl.lit(None, pl.String).alias(DIRT),
        facts["fact_id"].alias(FACT),
        facts["world_person_id"].alias(PERSON),
        total.alias(SUM),
    )


def _lost(part: pl.DataFrame, count: int, rng: np.random.Generator) -> list[int]:
    clean = part.select(pl.arg_where(pl.col(DIRT).is_null() & pl.col(FACT).is_not_null())).to_series().to_numpy()
    return sorted(int(row) for row in rng.choice(clean, min(count, len(clean)), replace=False))


def _lines(part: pl.DataFrame, first: int) -> pl.DataFrame:
    return part.select(
        (pl.int_range(pl.len(), dtype=pl.Int64) + first).alias("line_number"),
        pl.col(PERSON).alias("world_person_id"),
        pl.col(FACT).alias("fact_id"),
        pl.col(DIRT).alias("dirt"),
    )


def _no_lines(facts: pl.DataFrame) -> pl.DataFrame:
    empty = facts.head(0)
    return empty.select(
        pl.lit(0, pl.Int64).alias("line_number"), "world_person_id", "fact_id", pl.lit(None, pl.String).alias("dirt")
    ).head(0)


def _control(path: Path, rows: int, total: Decimal, sheet: Sheet, summed: str) -> Path:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    sums = {summed: str(total)} if summed else {}
    control = {"rows": rows, "sums": sums, "sha256": digest, "as_of": sheet.as_of.isoformat()}
    beside = path.with_name(f"{path.name}.control.json")
    beside.write_text(json.dumps(control, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return beside
