"""Text as typed by people and pasted from spreadsheets → text that can be compared."""

from __future__ import annotations

import polars as pl

from transforms.language.forms import Forms

NO_VALUE = (
    "无",
    "不详",
    "未知",
    "暂无",
    "没有",
    "空",
    "null",
    "NULL",
    "None",
    "N/A",
    "n/a",
    "#N/A",
    "-",
    "--",
    "/",
    "\\N",
)
"""What providers write where there is nothing."""

_HALF_WIDTH = Forms({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
_BLANK_EDGES = r"^[\s\u00A0\u200B-\u200D\u2060\u3000\uFEFF']+|[\s\u00A0\u200B-\u200D\u2060\u3000\uFEFF]+$"
_ZERO_WIDTH = r"[\u200B-\u200D\u2060\uFEFF]"


def half_width(column: pl.Expr) -> pl.Expr:
    """Full-width letters, digits and signs become half-width (an explicit map: NFKC would also change ① and ㈱)."""
    return _HALF_WIDTH.written(column)


def tidied(column: pl.Expr) -> pl.Expr:
    """Column of free text → half-width, without blanks at the edges and zero-width characters; nothing becomes null."""
    text = half_width(column).str.replace_all(_BLANK_EDGES, "").str.replace_all(_ZERO_WIDTH, "")
    return pl.when(text.str.len_chars().gt(0) & ~text.is_in(NO_VALUE)).then(text)


def squeezed(column: pl.Expr) -> pl.Expr:
    """Column → tidied, upper-case and without any blank: the form of which tokens and account equality are made."""
    return tidied(column).str.replace_all(r"[\s\u00A0\u3000]+", "").str.to_uppercase()


def letters(column: pl.Expr) -> pl.Expr:
    """Column of letter sets ("QG", "ｇ、q") → the distinct letters sorted in upper case ("GQ"); no letter becomes null.

    A vehicle's status is a set of letters (GA/T 16.7-style code): its order means nothing.
    """
    found = half_width(column).str.to_uppercase().str.extract_all("[A-Z0-9]").list.unique().list.sort().list.join("")
    return pl.when(found.str.len_chars() > 0).then(found)
