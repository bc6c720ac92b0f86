"""Codes of theirs → codes of ours, by the table the card has for the day. A code outside the table becomes null."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import polars as pl

from transforms.language.texts import letters, tidied


def code(column: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    """Column of one code each → our words; unknown codes are null and stay findable by `unknown`.

    Codes are compared in compatibility form: one copy of a table stores 营转⾮ with a radical's code point (U+2FAE).
    """
    return _key(column).replace_strict(_keyed(table), default=None, return_dtype=pl.String)


def flag(column: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    """Column of their yes and no → Boolean; the table's words are `true` and `false`."""
    return code(column, table).replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)


def letter_set(column: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    """Column of letter sets → our letters, distinct and sorted; letters outside the table are left out."""
    known = pl.element().replace_strict(dict(table), default=None, return_dtype=pl.String).drop_nulls()
    ours = letters(column).str.split("").list.eval(known).list.unique().list.sort().list.join("")
    return pl.when(ours.str.len_chars() > 0).then(ours)


def unknown(column: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Boolean, never null: a code was written that the table does not hold."""
    return _key(column).is_not_null() & value.is_null()


def unknown_letters(column: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    """Boolean, never null: at least one letter of the set is not in the table."""
    astray = letters(column).str.split("").list.set_difference(pl.lit([*table, ""], dtype=pl.List(pl.String)))
    return (astray.list.len() > 0).fill_null(False)


def _key(column: pl.Expr) -> pl.Expr:
    return tidied(column).str.normalize("NFKC")


def _keyed(table: Mapping[str, str]) -> dict[str, str]:
    return {unicodedata.normalize("NFKC", theirs): ours for theirs, ours in table.items()}
