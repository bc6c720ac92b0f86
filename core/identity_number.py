"""The citizen identity number, GB 11643: six region digits, eight of birth, three of sequence, one check character.

Scalars for the few places that handle one number; Polars expressions for columns. Both follow domain §3.14.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
PLACES = 18
_EARLIEST_YEAR = 1850
_DAYS_OF_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0], np.uint16)
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
    return born.year >= _EARLIEST_YEAR


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
    return id18.map_batches(_valid, return_dtype=pl.Boolean, is_elementwise=True)


def _valid(given: pl.Series) -> pl.Series:
    places, numbers = whole_numbers(given)
    flags = np.zeros(given.len(), np.bool_)
    flags[places] = valid_bytes(numbers)
    return pl.Series(given.name, flags)


def whole_numbers(given: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The places of texts of 18 bytes, and those bytes, a row each."""
    whole = (given.str.len_bytes() == PLACES).fill_null(False)
    texts = given.filter(whole).str.join("").item()
    return np.flatnonzero(whole.to_numpy()), np.frombuffer(texts.encode(), np.uint8).reshape(-1, PLACES)


def valid_bytes(numbers: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which of the rows of 18 bytes are well-formed numbers: shape, birth date and check character, all at once."""
    digits = np.ascontiguousarray(numbers.T) - np.uint8(ord("0"))
    shape = (digits[:-1] <= 9).all(axis=0) & (digits[0] > 0)
    total = np.zeros(len(numbers), np.uint16)
    for digit, weight in zip(digits[:-1], WEIGHTS, strict=True):
        total += digit * np.uint16(weight)
    right = np.frombuffer(CHECK_CHARACTERS.encode(), np.uint8)[total % 11] == numbers[:, -1]
    year, month, day = (_written(digits[part]) for part in (slice(6, 10), slice(10, 12), slice(12, 14)))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = np.where(leap & (month == 2), 29, _DAYS_OF_MONTH[np.minimum(month, 13)])
    found: NDArray[np.bool_] = shape & right & (year >= _EARLIEST_YEAR) & (day >= 1) & (day <= longest)
    return found


def _written(digits: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """The number that some digits write, most significant first."""
    value = np.zeros(digits.shape[1], np.uint16)
    for digit in digits:
        value = value * np.uint16(10) + digit
    return value


def birth_date(id18: pl.Expr) -> pl.Expr:
    """Birth date inside the number; null where the text holds none."""
    return id18.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def sex_code(id18: pl.Expr) -> pl.Expr:
    """'1' male, '2' female (GB/T 2261.1) from the parity of the sequence; null where unreadable."""
    digit = id18.str.slice(16, 1).cast(pl.Int8, strict=False)
    return pl.when(digit.is_null()).then(None).when(digit % 2 == 1).then(pl.lit("1")).otherwise(pl.lit("2"))
