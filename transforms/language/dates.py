"""Days, in every way departments write them. What cannot be a day is null, and counted by `unreadable`."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.language.texts import tidied

EARLIEST_YEAR = 1850
LATEST_YEAR = 2100
OPEN_OR_UNKNOWN = (
    r"^(0+|9{6}|9{8}|0{4}[-/.]0{1,2}[-/.]0{1,2}|1900[-/.]?0?1[-/.]?0?1|9999[-/.]?12[-/.]?31|长期|至今)([ T].*)?$"
)
"""Sentinels that say "open" or "unknown" on purpose: no day, and no fault either."""

_FORMS = (
    r"^(?:(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})(?:[-/.月](?P<day>[0-9]{1,2}))?[月日号]?(?:[ T].*)?"
    r"|(?P<year8>[0-9]{4})(?P<month8>[0-9]{2})(?:(?P<day8>[0-9]{2})(?:[0-9]{6})?)?"
    r"|(?P<serial>[0-9]{5})(?:\.[0-9]+)?"
    r"|(?P<epoch>-?[0-9]{11,13}))$"
)
_BARE = r"^(?:[0-9]{6}|[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
_OPEN_IN_DIGITS = ("19000101", "1900-01-01", "190011")
"""Bare digits that are a sentinel and yet could be a day."""
_SERIAL_ZERO = date(1899, 12, 30)
_SHANGHAI_MS = 8 * 3600 * 1000


def day(column: pl.Expr) -> pl.Expr:
    """Column as delivered → Date.

    Reads `20190601`, `2019-06-01` (with `/`, `.`, a time behind), `2019年6月1日`, a month alone (`2019年6月`,
    `201906`: its first day), 14 digits, spreadsheet serials (43617, 1900 system), epoch milliseconds (Asia/Shanghai).
    Sentinels, impossible days (`190013`, 30 February) and years outside 1850 to 2100 are null.
    """
    return column.map_batches(_days, return_dtype=pl.Date, is_elementwise=True)


def _days(given: pl.Series) -> pl.Series:
    """Almost all days are bare digits and ask for no expression of their own; the rest is read with care."""
    given = given.cast(pl.String)
    bare = (given.str.contains(_BARE) & ~given.is_in(_OPEN_IN_DIGITS)).fill_null(False)
    digits = pl.when(pl.col("given").str.len_bytes() == 6).then(pl.col("given") + "01").otherwise("given")
    found = digits.str.replace_all("-", "", literal=True).str.to_date("%Y%m%d", strict=False)
    days = given.alias("given").to_frame().select(_believable(pl.when(bare).then(found))).to_series()
    rest = (~bare & given.is_not_null()).arg_true()
    if rest.len():
        days = days.scatter(rest, _read_with_care(given.gather(rest)))
    return days.alias(given.name)


def _read_with_care(given: pl.Series) -> pl.Series:
    text = given.alias("given").to_frame().lazy().select(tidied(pl.col("given")).alias("text")).collect()
    closed = pl.when(~pl.col("text").str.contains(OPEN_OR_UNKNOWN)).then("text")
    parts = text.select(closed.str.extract_groups(_FORMS).alias("parts")).unnest("parts")
    return parts.select(_believable(pl.coalesce(_from_parts(), _from_serial(), _from_epoch()))).to_series()


def _believable(day: pl.Expr) -> pl.Expr:
    return pl.when(day.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(day)


def month(column: pl.Expr) -> pl.Expr:
    """Column as delivered → the first day of the month it names, from everything `day` reads."""
    return day(column).dt.truncate("1mo")


def year(column: pl.Expr) -> pl.Expr:
    """Column as delivered (`2025`, `2025年`, or any day) → Int32 year; outside 1850 to 2100 null."""
    text = tidied(column)
    found = pl.coalesce(text.str.extract(r"^(\d{4})(?:年度?)?$").cast(pl.Int32, strict=False), day(column).dt.year())
    return pl.when(found.is_between(EARLIEST_YEAR, LATEST_YEAR)).then(found)


def unreadable(column: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Boolean: something was written, it is no sentinel, and yet `value` is null."""
    text = tidied(column)
    return text.is_not_null() & value.is_null() & ~text.str.contains(OPEN_OR_UNKNOWN)


def _from_parts() -> pl.Expr:
    year, month, day = (pl.coalesce(name, f"{name}8") for name in ("year", "month", "day"))
    written = year + "-" + month.str.zfill(2) + "-" + day.fill_null("01").str.zfill(2)
    return written.str.to_date("%Y-%m-%d", strict=False)


def _from_serial() -> pl.Expr:
    return pl.lit(_SERIAL_ZERO) + pl.duration(days=pl.col("serial").cast(pl.Int32, strict=False))


def _from_epoch() -> pl.Expr:
    milliseconds = pl.col("epoch").cast(pl.Int64, strict=False) + _SHANGHAI_MS
    return milliseconds.cast(pl.Datetime("ms")).dt.date()
