"""Identity numbers as delivered: cleaning, upgrading, the signatures of spreadsheet damage, and what may be repaired.

A repair may *suggest* whose number it was, together with a name; it never makes two numbers equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import polars as pl

from core import identity_number

PLACES = 18
_POWERS = ((2**57, 16), (2**58, 32), (2**59, 64), (2**60, 128))


def cleaned(column: pl.Expr) -> pl.Expr:
    """Column as delivered → half-width, upper-case, without quotes and blanks; a spreadsheet's `….0` is cut off."""
    return identity_number.cleaned(column).str.strip_suffix(".0")


def upgraded(clean: pl.Expr) -> pl.Expr:
    """Cleaned column → 18 characters where 15 digits stood (GB 11643: century 19, then the check character)."""
    return identity_number.upgraded(clean)


def valid(id18: pl.Expr) -> pl.Expr:
    """Boolean column, never null: a well-formed 18-character number."""
    return identity_number.valid(id18)


def state(column: pl.Expr) -> pl.Expr:
    """Column as delivered → `valid` | `upgraded` | `damaged` | `missing` (domain: what a roster's own number is worth).

    Text without a digit (`无`, `不详`) is missing. A number that ends in 000 is called damaged even where its check
    character happens to fit: a spreadsheet that keeps 15 digits produces such numbers, and 1 in 12 of them passes.
    """
    clean = cleaned(column)
    number = upgraded(clean)
    return (
        pl.when(clean.is_null() | ~clean.str.contains("[0-9]"))
        .then(pl.lit("missing"))
        .when(~valid(number) | clean.str.contains("^[0-9]{15}000$"))
        .then(pl.lit("damaged"))
        .when(clean.str.len_chars() == 15)
        .then(pl.lit("upgraded"))
        .otherwise(pl.lit("valid"))
    )


def spreadsheet_damaged(clean: pl.Expr) -> pl.Expr:
    """Boolean: 18 digits that a spreadsheet may have written.

    Fifteen digits kept and `000` behind, or the nearest IEEE 754 double: at this size doubles are 16 to 128 apart.
    A valid number can look so by chance (1 in 16 to 128); it means something only with the
    first 15 digits and the name.
    """
    number = pl.when(clean.str.contains("^[1-9][0-9]{17}$")).then(clean).cast(pl.Int64, strict=False)
    rounded = pl.lit(False)
    for limit, step in reversed(_POWERS):
        rounded = pl.when(number < limit).then(number % step == 0).otherwise(rounded)
    return (clean.str.contains("^[1-9][0-9]{14}000$") | rounded).fill_null(False)


def first_fifteen(clean: pl.Expr) -> pl.Expr:
    """The 15 characters that spreadsheet damage leaves standing; null where fewer are there."""
    return pl.when(clean.str.len_chars() == PLACES).then(clean.str.slice(0, 15))


def one_slip_apart(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Boolean, never null: two 18-character texts that differ in one character, or in two neighbours swapped."""
    pairs = [(left.str.slice(place, 1), right.str.slice(place, 1)) for place in range(PLACES)]
    differing = pl.sum_horizontal(*[(a != b).cast(pl.Int8) for a, b in pairs])
    swapped = pl.any_horizontal(*[(a0 == b1) & (a1 == b0) & (a0 != b0) for (a0, b0), (a1, b1) in pairwise(pairs)])
    whole = (left.str.len_chars() == PLACES) & (right.str.len_chars() == PLACES)
    return (whole & ((differing == 1) | ((differing == 2) & swapped))).fill_null(False)


def slips(number: str) -> Iterator[str]:
    """Every text one slip away from an 18-character one: a wrong character or two neighbours swapped.

    Of those that are valid one may be what a damaged number was.
    """
    if len(number) != PLACES:
        return
    for place in range(PLACES):
        for character in "0123456789X" if place == PLACES - 1 else "0123456789":
            if character != number[place]:
                yield number[:place] + character + number[place + 1 :]
    for place in range(PLACES - 1):
        if number[place] != number[place + 1]:
            yield number[:place] + number[place + 1] + number[place] + number[place + 2 :]
