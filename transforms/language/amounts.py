"""Amounts, rates and counts. Money is DECIMAL(14,2) in yuan from text to table and is never a float."""

from __future__ import annotations

import polars as pl

from transforms.language.texts import tidied

MONEY = pl.Decimal(14, 2)
RATE = pl.Decimal(9, 6)
_WIDE = pl.Decimal(38, 8)
_HUNDREDTHS_OF_A_YUAN = {"yuan": 100, "fen": 1, "ten_thousand_yuan": 1_000_000}
_PLAIN = r"^[0-9]{1,14}(?:\.[0-9]{1,8})?$"
_DIGITS = r"^-?[0-9]{1,14}(?:\.[0-9]{1,8}[0-9]*)?$"


def amount(column: pl.Expr, unit: str) -> pl.Expr:
    """Column as delivered → DECIMAL(14,2) yuan, rounded half away from zero at the fen.

    `unit` is the card's: `yuan`, `fen` or `ten_thousand_yuan`. Commas, ¥, 元 and full-width digits are read over;
    `万` or `万元` in the cell counts ten thousand. Negative are `-5`, `5-`, `−5` and `(5)`. Anything else is null.
    """
    hundredths = _HUNDREDTHS_OF_A_YUAN[unit]

    def read(given: pl.Series) -> pl.Series:
        """Almost all amounts are plain numbers; the rest is read with care."""
        given = given.cast(pl.String)
        plain = given.str.contains(_PLAIN).fill_null(False)
        numbers = pl.select(pl.when(plain).then(given).cast(_WIDE)).to_series()
        yuan = pl.select(_yuan(pl.lit(numbers), pl.lit(hundredths))).to_series()
        rest = (~plain & given.is_not_null()).arg_true()
        if rest.len():
            careful = (
                given.gather(rest).alias("given").to_frame().lazy().select(_with_care(pl.col("given"), hundredths))
            )
            yuan = yuan.scatter(rest, careful.collect().to_series())
        return yuan.alias(given.name)

    return column.map_batches(read, return_dtype=MONEY, is_elementwise=True)


def _with_care(column: pl.Expr, hundredths: int) -> pl.Expr:
    text = tidied(column).str.replace_all(r"[,，、\s¥￥$]|人民币|RMB|CNY", "")
    unit = pl.when(text.str.contains("万")).then(pl.lit(1_000_000)).otherwise(pl.lit(hundredths))
    return _yuan(_number(text.str.replace(r"万?元?整?$", "")), unit)


def _yuan(number: pl.Expr, hundredths: pl.Expr) -> pl.Expr:
    yuan = number * hundredths.cast(pl.Int64) / pl.lit(100, dtype=pl.Int64)
    return yuan.round(2, mode="half_away_from_zero").cast(MONEY, strict=False)


def rate(column: pl.Expr, unit: str) -> pl.Expr:
    """Column as delivered → DECIMAL(9,6) share of one.

    `unit` is the card's: `percent` or `fraction`. A written `%` always means per cent; in a percent column a number not
    above 0.5 is a share already: each side's real rate is at least 5 % (住房公积金管理条例 art. 18).
    """
    text = tidied(column)
    number = _number(text.str.replace(r"[%％]$", ""))
    is_percent = text.str.contains(r"[%％]$")
    if unit == "percent":
        is_percent = is_percent | (number > pl.lit("0.5").str.to_decimal(scale=1))
    hundredths = pl.when(is_percent).then(pl.lit(1)).otherwise(pl.lit(100)).cast(pl.Int64)
    share = number * hundredths / pl.lit(100, dtype=pl.Int64)
    return share.round(6, mode="half_away_from_zero").cast(RATE, strict=False)


def count(column: pl.Expr) -> pl.Expr:
    """Column as delivered (`2`, `2人`, `2.0`) → Int32; anything but a whole number is null."""
    return tidied(column).str.extract(r"^(\d{1,9})(?:\.0+)?(?:人|个|月)?$").cast(pl.Int32, strict=False)


def unreadable(column: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Boolean: something was written and yet `value` is null."""
    return tidied(column).is_not_null() & value.is_null()


def _number(text: pl.Expr) -> pl.Expr:
    bracketed = (
        text.str.replace(r"^[(（](.*)[)）]$", "-$1").str.replace(r"^[−–—]", "-").str.replace(r"^(.*[0-9])-$", "-$1")
    )
    plain = bracketed.str.strip_prefix("+").str.replace(r"^(-?)\.", "${1}0.").str.strip_suffix(".")
    return pl.when(plain.str.contains(_DIGITS)).then(plain).cast(_WIDE, strict=False)
