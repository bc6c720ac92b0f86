"""Codes of theirs and ours."""

from __future__ import annotations

import polars as pl

from transforms.language import codes
from transforms.language.texts import letters

GIVEN = pl.col("given")
TABLE = {"营转非": "ex_commercial", "01": "large"}


def told(expression: pl.Expr, *texts: str | None) -> list[object]:
    frame = pl.DataFrame({"given": texts}, schema={"given": pl.String})
    return frame.lazy().select(expression.alias("told")).collect()["told"].to_list()


def test_a_radical_in_a_code_text_is_read_as_its_character() -> None:
    assert told(codes.code(GIVEN, TABLE), "营转⾮", "０１", " 01 ") == ["ex_commercial", "large", "large"]


def test_an_unknown_code_is_null_and_found() -> None:
    value = codes.code(GIVEN, TABLE)
    assert told(value, "1", None) == [None, None]
    assert told(codes.unknown(GIVEN, value), "1", "01", None, " ") == [True, False, False, False]


def test_a_status_is_a_set_of_letters() -> None:
    assert told(letters(GIVEN), "QG", "ｇ、q", "GQG", "") == ["GQ", "GQ", "GQ", None]


def test_letters_mean_what_the_table_of_the_day_says() -> None:
    table = {"A": "A", "M": "E"}
    assert told(codes.letter_set(GIVEN, table), "MA", "AZ", "Z") == ["AE", "A", None]
    assert told(codes.unknown_letters(GIVEN, table), "MA", "AZ", None) == [False, True, False]


def test_a_flag_is_theirs_for_yes_and_no() -> None:
    assert told(codes.flag(GIVEN, {"是": "true", "否": "false"}), "是", "否", "也许") == [True, False, None]
