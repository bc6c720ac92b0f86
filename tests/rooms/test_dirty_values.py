"""Dirt is the dirt that departments make, and nothing else."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core import identity_number
from sources import dirty_values as dirty

days = st.dates(date(1920, 1, 1), date(2025, 12, 31))


@st.composite
def ids(draw: st.DrawFn) -> str:
    body = f"{draw(st.integers(110101, 659004))}{draw(days):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + identity_number.check_character(body)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@given(ids())
def test_fifteen_digits_are_only_for_those_born_before_1999_and_upgrade_to_the_number(number: str) -> None:
    short = dirty.fifteen_digits(number, rng())
    assert (short is None) == (not "1900" <= number[6:10] < "1999")
    assert short is None or identity_number.upgrade(short) == number


@given(ids())
def test_a_spreadsheet_damages_digits_but_not_a_number_ending_in_x(number: str) -> None:
    cut, near = dirty.zeros_at_the_end(number, rng()), dirty.nearest_double(number, rng())
    if number.endswith("X"):
        assert cut is None
        assert near is None
    assert cut is None or (cut[:15] == number[:15] and cut.endswith("000") and cut != number)
    assert near is None or 0 < abs(int(near) - int(number)) <= 64


def test_the_nearest_double_is_the_one_of_binary_arithmetic() -> None:
    assert dirty.nearest_double("510322199001015432", rng()) == "510322199001015424"


@given(ids(), st.integers(0, 99))
def test_a_mistyped_number_never_checks(number: str, seed: int) -> None:
    wrong = dirty.mistyped(number, np.random.default_rng(seed))
    assert wrong is None or not identity_number.is_valid(wrong)


@given(ids(), st.integers(0, 99))
def test_strays_and_widths_hide_the_number_but_keep_it(number: str, seed: int) -> None:
    for change in (dirty.strayed, dirty.apostrophe, dirty.full_width_digits, dirty.lower_x, dirty.full_width_x):
        changed = change(number, np.random.default_rng(seed))
        if changed is not None:
            bare = changed.translate({ord(one): None for one in "'\u00a0\u200b\t \u3000\ufeff"})
            folded = bare.translate(str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX"))
            assert (changed != number, folded) == (True, number)


@given(days, st.integers(0, 99))
def test_another_form_of_a_day_is_written_otherwise(day: date, seed: int) -> None:
    for form in ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d"):
        text = day.strftime(form)
        other = dirty.other_date(text, np.random.default_rng(seed))
        assert other is not None
        assert other != text


def test_a_day_is_the_spreadsheets_and_the_clocks_day() -> None:
    forms = {dirty.other_date("20190601", np.random.default_rng(seed)) for seed in range(60)}
    assert {"43617", "2019年6月1日", "2019/6/1", "2019-06-01"} <= forms
    assert dirty.epoch_milliseconds("20190601", rng()) == "1559318400000"


def test_names_are_dirty_in_the_ways_of_registers() -> None:
    dots = {dirty.other_dot("古丽·买买提", np.random.default_rng(seed)) for seed in range(200)}
    assert {"古丽•买买提", "古丽・买买提", "古丽.买买提", "古丽买买提", "古丽 买买提"} <= dots
    assert dirty.private_use("王䶮", rng()) == "王\ue863"
    assert dirty.pinyin_stand_in("王䶮", rng()) == "王YAN"
    assert dirty.place_holder("王䶮", rng()) in ("王?", "王□", "王*")
    assert dirty.homophone("李伟", rng()) in ("李玮", "李炜")
    assert dirty.homophone("伟", rng()) is None
    assert dirty.cut_name("阿不都热依木·买买提", rng()) == "阿不都热依木"


def test_amounts_keep_their_value_under_their_dress() -> None:
    assert dirty.commas("1200.00", rng()) == "1,200.00"
    assert dirty.commas("-1200.00", rng()) == "-1,200.00"
    assert dirty.commas("999.00", rng()) is None
    dressed = {dirty.with_yuan("1200.00", np.random.default_rng(seed)) for seed in range(30)}
    assert dressed == {"1200.00元", "￥1200.00", "1,200.00元"}
