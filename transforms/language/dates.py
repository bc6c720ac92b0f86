"""Days, in every way departments write them. What cannot be a day is null, and counted by `unreadable`."""

from __future__ import annotations

import polars as pl

from transforms.language.texts import tidied

EARLIEST_YEAR = 1850
LATEST_YEAR = 2100
OPEN_OR_UNKNOWN = (
    r"^(0+|9{6}|9{8}|0{4}[-/.]0{1,2}[-/.]0{1,2}|1900[-/.]?0?1[-/.]?0?1|9999[-/.]?12[-/.]?31|长期|至今)([ T].*)?$"
)
"""Sentinels that say "open" or "unknown" on purpose: no day, and no fault either."""

_WRITTEN = r"^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[月日号]?(?:[ T].*)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})?(?:\d{6})?$"
_SERIAL = r"^(\d{5})(?:\.\d+)?$"
_EPOCH = r"^(-?\d{11,13})$"
_SHANGHAI_MS = 8 * 3600 * 1000


def day(column: pl.Expr) -> pl.Expr:
    """Column as delivered → Date.

    Reads `20190601`, `2019-06-01` (with `/`, `.`, a time behind), `2019年6月1日`, a month alone (`2019年6月`,
    `201906`: its first day), 14 digits, spreadsheet serials (43617, 1900 system), epoch milliseconds (Asia/Shanghai).
    Sentinels, impossible days (`190013`, 30 February) and years outside 1850 to 2100 are null.
    """
    text = tidied(column)
    plain = pl.coalesce(_from_parts(text, _WRITTEN), _from_parts(text, _COMPACT), _from_serial(text), _from_epoch(text))
    inside = plain.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)
    return pl.when(inside & ~text.str.contains(OPEN_OR_UNKNOWN)).then(plain)


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


def _from_parts(text: pl.Expr, pattern: str) -> pl.Expr:
    parts = [text.str.extract(pattern, group) for group in (1, 2, 3)]
    written = parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].fill_null("01").str.zfill(2)
    return written.str.to_date("%Y-%m-%d", strict=False)


def _from_serial(text: pl.Expr) -> pl.Expr:
    serial = text.str.extract(_SERIAL).cast(pl.Int32, strict=False)
    return pl.lit("1899-12-30").str.to_date() + pl.duration(days=serial)


def _from_epoch(text: pl.Expr) -> pl.Expr:
    milliseconds = text.str.extract(_EPOCH).cast(pl.Int64, strict=False) + _SHANGHAI_MS
    return milliseconds.cast(pl.Datetime("ms")).dt.date()
