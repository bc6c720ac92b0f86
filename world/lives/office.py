"""The approving office: what it reckons a household's monthly benefit to be, from what the household declared.

It knows declarations and its own ledger, nothing of other departments. Amounts are in fen until the benefit is rounded
up to the yuan; nothing is divided before it is compared.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from core.moment import add_months
from world import law
from world.calendar import AS_OF

_MONTH = AS_OF.replace(day=1)


def units(members: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """household → persons and covered persons that count: not those noted as away, nor the dead it took off."""
    known_dead = deaths.filter(pl.col("after") == "uncovered").select("person")
    counted = members.filter(pl.col("not_counted_code").is_null()).join(known_dead, on="person", how="anti")
    return counted.group_by("household", maintain_order=True).agg(
        persons=pl.len().cast(pl.Int64), covered=pl.col("covered").sum().cast(pl.Int64)
    )


def stated(items: pl.DataFrame, members: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """What each person's statements count for: household, person, item_code, counted_fen over the household's window.

    A sum stated for the year only tells of no month and counts for nothing; whom the office does not count brings none.
    """
    counted = members.filter(pl.col("not_counted_code").is_null()).unique("person", keep="first", maintain_order=True)
    case = households.select("household", "approved_date", "hukou_type_code")
    mine = items.join(counted.select("person", "household"), on="person", maintain_order="left").join(
        case, on="household", maintain_order="left"
    )
    monthly = pl.concat([_of_month(mine, back) for back in range(1, max(law.WINDOW_MONTHS.values()) + 1)])
    each = pl.concat([monthly, _lump_sums(mine)])
    return each.group_by("household", "person", "item_code", maintain_order=True).agg(pl.col("counted_fen").sum())


def _in_window(back: int) -> pl.Expr:
    return pl.col("hukou_type_code").replace_strict(law.WINDOW_MONTHS, return_dtype=pl.Int64) >= back


def _of_month(items: pl.DataFrame, back: int) -> pl.DataFrame:
    month = add_months(_MONTH, -back)
    told = items.filter(
        pl.col("amount_monthly_yuan").is_not_null()
        & ~pl.col("item_code").is_in(law.NOT_COUNTED_ITEMS)
        & (pl.col("from_month") <= month)
        & (pl.col("to_month").is_null() | (pl.col("to_month") >= month))
        & _in_window(back)
    )
    fen = (pl.col("amount_monthly_yuan") * 100).round().cast(pl.Int64)
    taken, of = law.COST_OF_WORKING
    left = fen - fen * taken // of
    disregarded = pl.min_horizontal(left, pl.lit(law.NEW_WORK_LINES * law.line_on(AS_OF) * 100))
    wage = pl.when(_is_new_work(month)).then(left - disregarded).otherwise(left)
    counted = pl.when(pl.col("item_code") == "wage").then(wage).otherwise(fen)
    return told.select("household", "person", "item_code", counted_fen=counted)


def _is_new_work(month: date) -> pl.Expr:
    begun = pl.col("from_month")
    oldest = add_months(month, 1 - law.NEW_WORK_MONTHS)
    return (begun >= oldest) & (begun > pl.col("approved_date").dt.month_start())


def _lump_sums(items: pl.DataFrame) -> pl.DataFrame:
    """A lump sum falls in whole fen on the months on which it was calculated; those of the window count."""
    sums = items.filter(pl.col("amount_once_yuan").is_not_null())
    fen = (pl.col("amount_once_yuan") * 100).round().cast(pl.Int64)
    months = _months(pl.col("to_month")) - _months(pl.col("from_month")) + 1
    until = (_months(pl.lit(_MONTH)) - _months(pl.col("from_month"))).clip(0)
    window = pl.col("hukou_type_code").replace_strict(law.WINDOW_MONTHS, return_dtype=pl.Int64)
    before = (until - window).clip(0)
    counted = fen * pl.min_horizontal(until, months) // months - fen * pl.min_horizontal(before, months) // months
    return sums.select("household", "person", "item_code", counted_fen=counted)


def _months(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month()


def room(units_of: pl.DataFrame, households: pl.DataFrame, yuan: int | None = None) -> pl.DataFrame:
    """household, persons, covered, months, room_fen: what the line leaves a household over its window."""
    line = law.line_on(AS_OF) if yuan is None else yuan
    months = pl.col("hukou_type_code").replace_strict(law.WINDOW_MONTHS, return_dtype=pl.Int64)
    return (
        households.select("household", "hukou_type_code")
        .join(units_of, on="household", how="left", maintain_order="left")
        .with_columns(pl.col("persons", "covered").fill_null(0), months=months)
        .with_columns(room_fen=pl.col("persons") * pl.col("months") * line * 100)
        .drop("hukou_type_code")
    )


def benefit(rooms: pl.DataFrame, income_fen: pl.DataFrame) -> pl.Series:
    """The monthly benefit in whole yuan per household of `rooms`: the gap of those covered, rounded up, or 0."""
    known = rooms.join(income_fen, on="household", how="left", maintain_order="left")
    gap = (pl.col("room_fen") - pl.col("income_fen").fill_null(0)).clip(0) * pl.col("covered")
    share = (pl.col("persons") * pl.col("months") * 100).clip(1)
    return known.select(((gap + share - 1) // share).cast(pl.Float64)).to_series()
