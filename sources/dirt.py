"""Dirt over whole files: which rows of a delivery are stained how, and which rows stand there that should not.

Chance alone decides: nothing of a fact but the text to be stained is looked at, so innocent and other facts take the
same dirt. The mass of rows is never touched row by row, only the few per cent that are dirty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from sources import dirty_values as value

FORMER, DIRT, FACT, PERSON, SUM = "_former", "_dirt", "_fact", "_person", "_sum"
HIDDEN = (FORMER, DIRT, FACT, PERSON, SUM)


@dataclass(frozen=True)
class Stain:
    """One kind of dirt: `share` of the rows that `where` holds for (null counts as no) have `column` changed.

    `taken_from` names another column whose text is changed and put into `column` (a former name).
    """

    kind: str
    share: float
    column: str
    change: Callable[[str, Generator], str | None]
    where: pl.Expr | None = None
    taken_from: str | None = None


@dataclass(frozen=True)
class Strays:
    """Rows that should not be there. `duplicates` is a share; `test_rows` and `repeated_headers` are per file.

    `test_row` overwrites a copied row's columns; `totals` are the columns of the closing row (label and sums).
    """

    duplicates: float = 0.0
    repeated_headers: int = 0
    test_rows: int = 0
    test_row: dict[str, str] = field(default_factory=dict)
    totals: dict[str, str] = field(default_factory=dict)

    def shares_only(self) -> Strays:
        """The strays of every part but the first: shares go on, rows counted per file already stand there."""
        return replace(self, repeated_headers=0, test_rows=0)


def id_stains(column: str, *, lower_x: float = 0.02, scale: float = 1.0) -> tuple[Stain, ...]:
    """The usual dirt of an id column: about 0.8 % of rows repairable, 0.4 % not; `lower_x` is the share of X ids."""
    with_x = pl.col(column).str.ends_with("X")
    return (
        Stain("lower_x", lower_x, column, value.lower_x, with_x),
        Stain("full_width_x", 0.01 * scale, column, value.full_width_x, with_x),
        Stain("full_width_digits", 0.001 * scale, column, value.full_width_digits),
        Stain("id15", 0.003 * scale, column, value.fifteen_digits),
        Stain("apostrophe", 0.0015 * scale, column, value.apostrophe),
        Stain("stray_blank", 0.002 * scale, column, value.strayed),
        Stain("excel_zeros", 0.0008 * scale, column, value.zeros_at_the_end),
        Stain("excel_double", 0.0008 * scale, column, value.nearest_double),
        Stain("id_absent", 0.0012 * scale, column, value.absent),
        Stain("id_mistyped", 0.001 * scale, column, value.mistyped),
    )


def name_stains(column: str, *, scale: float = 1.0, former: float = 0.15) -> tuple[Stain, ...]:
    """The usual dirt of a name column; `former` is the share of renamed persons still under their former name."""
    rare = pl.col(column).str.contains(f"[{value.RARE}]")
    return (
        Stain("former_name", former, column, value.unchanged, pl.col(FORMER).is_not_null(), FORMER),
        Stain("other_dot", 0.4, column, value.other_dot, pl.col(column).str.contains(value.DOT, literal=True)),
        Stain("private_use", 0.35, column, value.private_use, rare),
        Stain("pinyin_stand_in", 0.2, column, value.pinyin_stand_in, rare),
        Stain("place_holder", 0.2, column, value.place_holder, rare),
        Stain("cut_name", 0.3, column, value.cut_name, pl.col(column).str.len_chars() > 6),
        Stain("homophone", 0.0015 * scale, column, value.homophone),
        Stain("spaced_name", 0.002 * scale, column, value.spaced_name),
    )


def date_stains(column: str, *, scale: float = 1.0, impossible: str = "impossible_date") -> tuple[Stain, ...]:
    """A day column in other forms (0.3 %), as epoch milliseconds (0.05 %) or impossible (0.05 %).

    `impossible` names the last kind where the fact does without that day: the line is not lost by it.
    """
    return (
        Stain("other_date", 0.003 * scale, column, value.other_date),
        Stain("epoch_milliseconds", 0.0005 * scale, column, value.epoch_milliseconds),
        Stain(impossible, 0.0005 * scale, column, value.impossible_date),
    )


def month_stains(column: str, *, scale: float = 1.0) -> tuple[Stain, ...]:
    """A month column (yyyymm) in other forms (0.3 %) or impossible (0.05 %)."""
    return (
        Stain("other_month", 0.003 * scale, column, value.other_month),
        Stain("impossible_month", 0.0005 * scale, column, value.impossible_month),
    )


def amount_stains(column: str, *, scale: float = 1.0) -> tuple[Stain, ...]:
    """An amount column (yuan) with thousands commas, a currency sign, or full-width digits."""
    return (
        Stain("commas", 0.002 * scale, column, value.commas),
        Stain("with_yuan", 0.0015 * scale, column, value.with_yuan),
        Stain("full_width_amount", 0.0005 * scale, column, value.full_width_digits),
    )


def stained(frame: pl.DataFrame, stains: Sequence[Stain], rng: Generator, scale: float) -> pl.DataFrame:
    """The frame of texts with the stains on it, each row at most one, its kind written into the column `_dirt`."""
    kinds = np.full(frame.height, "", dtype=object)
    changes: dict[str, dict[int, str]] = {}
    for stain in stains:
        for row, text in _draws(frame, stain, rng, scale, kinds):
            kinds[row] = stain.kind
            changes.setdefault(stain.column, {})[row] = text
    columns = [_scattered(frame[column], texts) for column, texts in changes.items()]
    dirt = pl.Series(DIRT, kinds, dtype=pl.String).replace("", None)
    return frame.with_columns(*columns, dirt)


def with_strays(frame: pl.DataFrame, strays: Strays, rng: Generator, scale: float) -> pl.DataFrame:
    """The part of a file with exact duplicates beside their originals, repeated headers and test rows among them."""
    if frame.is_empty():
        return frame
    twice = np.flatnonzero(rng.random(frame.height) < strays.duplicates * scale)
    if len(twice):
        again = frame[twice].with_columns(pl.lit("duplicate").alias(DIRT))
        frame = _inserted(frame, again, twice + 1)
    for _ in range(strays.repeated_headers if scale else 0):
        header = frame.head(1).with_columns(
            *(pl.lit(name).alias(name) for name in frame.columns if name not in HIDDEN), *_nobody("repeated_header")
        )
        frame = _inserted(frame, header, rng.integers(1, frame.height + 1, 1))
    for _ in range(strays.test_rows if scale else 0):
        copied = frame.filter(pl.col(FACT).is_not_null()).head(1)
        test = copied.with_columns(
            *(pl.lit(t).alias(c) for c, t in strays.test_row.items()), *_nobody("test_row", counted=True)
        )
        frame = _inserted(frame, test, rng.integers(1, frame.height + 1, 1))
    return frame


def totals_row(frame: pl.DataFrame, totals: dict[str, str]) -> pl.DataFrame:
    """One closing row: the given texts, everything else empty."""
    texts = [pl.lit(totals.get(name), pl.String).alias(name) for name in frame.columns if name not in HIDDEN]
    return frame.head(1).with_columns(*texts, *_nobody("totals_row"))


def _draws(
    frame: pl.DataFrame, stain: Stain, rng: Generator, scale: float, kinds: NDArray[np.object_]
) -> list[tuple[int, str]]:
    chosen = rng.random(frame.height) < stain.share * scale
    if stain.where is not None:
        chosen &= frame.select(stain.where.fill_null(False)).to_series().to_numpy()
    rows = [int(row) for row in np.flatnonzero(chosen) if not kinds[row]]
    texts = frame[stain.taken_from or stain.column][rows].to_list()
    changed = [(row, stain.change(text, rng)) for row, text in zip(rows, texts, strict=True) if text]
    return [(row, text) for row, text in changed if text is not None]


def _scattered(column: pl.Series, texts: dict[int, str]) -> pl.Series:
    return column.clone().scatter(list(texts), pl.Series(list(texts.values()), dtype=pl.String))


def _inserted(
    frame: pl.DataFrame, rows: pl.DataFrame, before: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> pl.DataFrame:
    places = np.concatenate([np.arange(frame.height) * 2 + 1, before * 2])
    order = np.argsort(places, kind="stable")
    return pl.concat([frame, rows])[order]


def _nobody(dirt: str, *, counted: bool = False) -> list[pl.Expr]:
    gone = [FACT, PERSON, FORMER] if counted else [FACT, PERSON, FORMER, SUM]
    return [pl.lit(dirt).alias(DIRT), *(pl.when(pl.lit(False)).then(pl.col(name)).alias(name) for name in gone)]
