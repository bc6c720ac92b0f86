"""Days, months and amounts in every form departments write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.language import amounts, dates

GIVEN = pl.col("given")
FORMS = ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d 00:00:00", "%Y%m%d000000")


def told(expression: pl.Expr, *texts: str | None) -> list[object]:
    frame = pl.DataFrame({"given": texts}, schema={"given": pl.String})
    return frame.lazy().select(expression.alias("told")).collect()["told"].to_list()


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)), st.sampled_from(FORMS))
def test_a_day_is_read_in_every_written_form(day: date, form: str) -> None:
    sentinel = day in (date(1900, 1, 1),)
    assert told(dates.day(GIVEN), day.strftime(form)) == [None if sentinel else day]


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_from_a_spreadsheet_and_from_a_clock(day: date) -> None:
    serial = str((day - date(1899, 12, 30)).days)
    noon = str(int(datetime(day.year, day.month, day.day, 4, tzinfo=UTC).timestamp() * 1000))
    assert told(dates.day(GIVEN), serial, noon) == [day, day]


def test_a_month_without_a_day_is_its_first_day() -> None:
    assert told(dates.month(GIVEN), "2019年6月", "201906", "2019-6", "20190630") == [date(2019, 6, 1)] * 4


@pytest.mark.parametrize(
    "text", ["00000000", "0000-00-00", "19000101", "1900-01-01", "99991231", "999999", "0", "长期"]
)
def test_a_sentinel_is_no_day_and_no_fault(text: str) -> None:
    assert told(dates.day(GIVEN), text) == [None]
    assert told(dates.unreadable(GIVEN, dates.day(GIVEN)), text) == [False]


@pytest.mark.parametrize("text", ["190013", "20190230", "2019-13-01", "三月", "20", "18000101", "９９"])
def test_an_impossible_day_is_null_and_counted(text: str) -> None:
    assert told(dates.day(GIVEN), text) == [None]
    assert told(dates.unreadable(GIVEN, dates.day(GIVEN)), text) == [True]


@given(st.decimals(-999_999_999, 999_999_999, places=4))
def test_an_amount_is_rounded_half_away_from_zero_and_never_a_float(number: Decimal) -> None:
    expected = number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert told(amounts.amount(GIVEN, "yuan"), f"{number:f}", f"{number:,f}元") == [expected, expected]


@given(st.integers(-99_999_999, 99_999_999))
def test_fen_and_ten_thousands_become_yuan(number: int) -> None:
    assert told(amounts.amount(GIVEN, "fen"), str(number)) == [Decimal(number) / 100]
    assert told(amounts.amount(GIVEN, "ten_thousand_yuan"), str(number)) == [Decimal(number * 10_000)]


@pytest.mark.parametrize("text", ["-5", "5-", "−5", "(5)", "（5）", "－５", "-5.00元", "¥-5"])
def test_a_reversal_is_negative_however_it_is_written(text: str) -> None:
    assert told(amounts.amount(GIVEN, "yuan"), text) == [Decimal("-5.00")]


def test_ten_thousand_written_in_the_cell_counts() -> None:
    assert told(amounts.amount(GIVEN, "yuan"), "1.2万元", "人民币 12元整") == [Decimal("12000.00"), Decimal("12.00")]


@pytest.mark.parametrize("text", ["1e5", "abc", "12.3.4", "99999999999999", "1200元以上"])
def test_what_is_no_amount_is_null_and_counted(text: str) -> None:
    assert told(amounts.amount(GIVEN, "yuan"), text) == [None]
    assert told(amounts.unreadable(GIVEN, amounts.amount(GIVEN, "yuan")), text) == [True]


def test_a_rate_is_a_share_of_one() -> None:
    assert told(amounts.rate(GIVEN, "percent"), "12", "12%", "0.12") == [Decimal("0.12")] * 3
    assert told(amounts.rate(GIVEN, "fraction"), "0.05", "5%") == [Decimal("0.05")] * 2


def test_a_count_is_a_whole_number() -> None:
    assert told(amounts.count(GIVEN), "2", "2人", "2.0", "２", "2.5", "两") == [2, 2, 2, 2, None, None]
