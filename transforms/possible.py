"""Which rows of a batch could concern a subject at all. It looks at bytes of numbers only and errs on the side of
*perhaps*, so that almost all rows of nobody are passed over before anything else is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.identity_number import PLACES, valid_bytes, whole_numbers
from transforms.links import Links
from transforms.resembling import STRETCHES

_PLACES_A_TEXT = 64
"""Places in a sketch for each of its texts: one text in so many that are not in the set looks as if it were."""
_FEWEST_PLACES = 1 << 16
_MIXED = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_WORD = 8
KEPT_DIGITS = 15
"""Digits of a number that a spreadsheet leaves as they were."""


class Sketch:
    """A set of texts of one width, as marks in a table: what is not marked is surely not in the set."""

    def __init__(self, texts: pl.Series, width: int) -> None:
        written = texts.drop_nulls().filter(texts.drop_nulls().str.len_bytes() == width)
        bits = max(written.len() * _PLACES_A_TEXT, _FEWEST_PLACES).bit_length()
        self._shift = np.uint64(64 - bits)
        self._marks = np.zeros(1 << bits, np.bool_)
        letters = np.frombuffer(written.str.join("").item().encode(), np.uint8).reshape(-1, width)
        self._marks[self._place(letters)] = True

    def perhaps(self, letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Which of the texts (a row of bytes each) may be in the set; never False for one that is."""
        found: NDArray[np.bool_] = self._marks[self._place(letters)]
        return found

    def _place(self, letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
        """Where a text is marked: its first and last eight bytes, mixed."""
        ends = (letters[:, :_WORD], letters[:, -_WORD:])
        first, last = (np.ascontiguousarray(end).view(np.uint64)[:, 0] for end in ends)
        return (first * _MIXED[0] + last * _MIXED[1]) >> self._shift


@dataclass(frozen=True, eq=False)
class Possible:
    """Parts of a number, by their place: with none of a subject's among them a row with a usable number is nobody's,
    unless a spreadsheet may have rounded that number and it begins as a subject's does."""

    parts: tuple[tuple[slice, Sketch], ...]
    beginnings: Sketch

    def rows(self, batch: pl.DataFrame) -> pl.Series:
        """Boolean per row of the batch (all String, our column names): False only for rows of nobody.

        A row without a well-formed number, or with another key beside it (a case, a former number), is possible.
        """
        if "id_number" not in batch.columns or "case_number" in batch.columns:
            return pl.repeat(True, batch.height, eager=True)
        places, numbers = whole_numbers(batch["id_number"])
        astray = valid_bytes(numbers)
        for part, sketch in self.parts:
            astray &= ~sketch.perhaps(numbers[:, part])
        rounded = np.flatnonzero(astray & _perhaps_rounded(numbers))
        astray[rounded] = ~self.beginnings.perhaps(numbers[rounded, :KEPT_DIGITS])
        flags = np.ones(batch.height, np.bool_)
        flags[places[astray]] = False
        possible = pl.Series(flags)
        return possible | batch["former_id_number"].is_not_null() if "former_id_number" in batch.columns else possible


@lru_cache(maxsize=2)
def possible(tables: Links) -> Possible:
    """What could lead to a subject by `tables`: the number, the digits that damage leaves, stretches, birth dates."""
    known = tables.resemblances
    stretches = dict(zip(STRETCHES, known.stretches, strict=True))
    born = STRETCHES[0]
    stretches[born] = pl.concat([stretches[born], known.births])
    parts = [(slice(PLACES), tables.numbers), (slice(KEPT_DIGITS), tables.damaged_fifteen)]
    parts += [(_part(*place), texts) for place, texts in stretches.items()]
    sketches = tuple((part, Sketch(texts, len(range(PLACES)[part]))) for part, texts in parts)
    return Possible(sketches, Sketch(tables.beginnings, KEPT_DIGITS))


def _perhaps_rounded(numbers: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which numbers a spreadsheet may have written (`ids.spreadsheet_damaged` and some more): doubles of this size are
    sixteen or more apart, and sixteen divides ten thousand."""
    last = numbers[:, -4:].astype(np.uint16) - np.uint16(ord("0"))
    zeros = (last[:, 1:] == 0).all(axis=1)
    found: NDArray[np.bool_] = zeros | (last @ np.array([1000, 100, 10, 1], np.uint16) % np.uint16(16) == 0)
    return found


def _part(place: int, length: int) -> slice:
    begin = place % PLACES
    return slice(begin, begin + length)
