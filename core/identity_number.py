"""The citizen identity number, GB 11643: six region digits, eight of birth, three of sequence, one check character.

Scalars for the few places that handle one number; Polars expressions for columns. Both follow domain §3.14.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import polars as pl

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
_FULL_WIDTH = {chr(0xFF10 + n): str(n) for n in range(10)} | {"Ｘ": "X", "ｘ": "X", "x": "X"}
_STRAY = "['`’‘\"\\s\\u00A0\\u200B\\u200C\\u200D\\u2060\\uFEFF\\u3000]"


def check_character(body: str) -> str:
    """The check character for the first 17 digits."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def upgrade(id15: str) -> str:
    """A 15-digit number (issued until 1999) as 18 characters: century 19 after the region, then the check character."""
    body = id15[:6] + "19" + id15[6:]
    return body + check_character(body)


def is_valid(id18: str) -> bool:
    """Whether the text is a well-formed 18-character number with a real birth date and the right check character.

    The region is not validated: it is the code at first registration and many codes are abolished.
    """
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", id18) or check_character(id18[:17]) != id18[17]:
        return False
    try:
        born = date(int(id18[6:10]), int(id18[10:12]), int(id18[12:14]))
    except ValueError:
        return False
    return born.year >= 1850


def mask(id_number: str) -> str:
    """The number as people may see it by default: region and last four, birth and sequence hidden."""
    if len(id_number) < 11:
        return "*" * len(id_number)
    return id_number[:6] + "*" * (len(id_number) - 10) + id_number[-4:]


def cleaned(column: pl.Expr) -> pl.Expr:
    """Column as typed → half-width, upper-case, without quotes, blanks and zero-width characters; '' becomes null."""
    text = column.str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values())).str.replace_all(_STRAY, "")
    return pl.when(text.str.len_chars() > 0).then(text)


def _check(body17: pl.Expr) -> pl.Expr:
    return body17.map_batches(_check_characters, return_dtype=pl.String, is_elementwise=True)


def _check_characters(body17: pl.Series) -> pl.Series:
    """In one step over bytes: as an expression each of the 17 terms would repeat everything the column is made of."""
    whole = body17.str.contains("^[0-9]{17}$").fill_null(False)
    digits = np.frombuffer(body17.filter(whole).str.join("").item().encode(), np.uint8).reshape(-1, 17)
    places = (digits.astype(np.int16) - ord("0")) @ np.array(WEIGHTS, np.int16) % 11
    characters = pl.Series(list(CHECK_CHARACTERS)).gather(pl.Series(places, dtype=pl.UInt32))
    nothing = pl.Series(body17.name, [None], dtype=pl.String)
    return nothing.new_from_index(0, body17.len()).scatter(whole.arg_true(), characters)


def upgraded(clean: pl.Expr) -> pl.Expr:
    """Cleaned column → 18 characters where it holds 15 digits; everything else unchanged."""
    body = clean.str.slice(0, 6) + pl.lit("19") + clean.str.slice(6, 9)
    return pl.when(clean.str.contains(r"^[1-9][0-9]{14}$")).then(body + _check(body)).otherwise(clean)


def valid(id18: pl.Expr) -> pl.Expr:
    """Boolean column, never null: shape, birth date and check character are right."""
    shape = id18.str.contains(r"^[1-9][0-9]{16}[0-9X]$")
    born = id18.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    right = _check(id18.str.slice(0, 17)) == id18.str.slice(17, 1)
    return (shape & right & born.is_not_null() & (born.dt.year() >= 1850)).fill_null(False)


def birth_date(id18: pl.Expr) -> pl.Expr:
    """Birth date inside the number; null where the text holds none."""
    return id18.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def sex_code(id18: pl.Expr) -> pl.Expr:
    """'1' male, '2' female (GB/T 2261.1) from the parity of the sequence; null where unreadable."""
    digit = id18.str.slice(16, 1).cast(pl.Int8, strict=False)
    return pl.when(digit.is_null()).then(None).when(digit % 2 == 1).then(pl.lit("1")).otherwise(pl.lit("2"))
