"""Identity numbers as delivered, against plain Python reckonings."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identity_number import check_character, is_valid, upgrade
from transforms.language import ids

VALID = "11010519491231002X"


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Valid 18-character numbers."""
    region = draw(st.integers(110000, 659999))
    born = draw(st.dates(date(1900, 1, 1), date(2025, 12, 31)))
    body = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_character(body)


def told(expression: pl.Expr, *texts: str | None) -> list[object]:
    frame = pl.DataFrame({"given": texts}, schema={"given": pl.String})
    return frame.lazy().select(expression.alias("told")).collect()["told"].to_list()


GIVEN = pl.col("given")


@given(st.lists(st.one_of(numbers(), st.text("0123456789X", max_size=20), st.none()), max_size=30))
def test_a_column_is_judged_as_each_number_alone_would_be(texts: list[str | None]) -> None:
    assert told(ids.valid(GIVEN), *texts) == [text is not None and is_valid(text) for text in texts]


@given(numbers())
def test_fifteen_digits_grow_to_the_number_they_were(number: str) -> None:
    if number[6:8] != "19":
        return
    assert told(ids.upgraded(GIVEN), number[:6] + number[8:17]) == [number] == [upgrade(number[:6] + number[8:17])]


@pytest.mark.parametrize(
    "typed",
    [
        "'11010519491231002x",
        " 1101 0519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "\ufeff11010519491231002ｘ",
    ],
)
def test_quotes_blanks_and_wide_characters_are_no_part_of_a_number(typed: str) -> None:
    assert told(ids.cleaned(GIVEN), typed) == [VALID]


def test_a_number_on_the_roster_is_valid_upgraded_damaged_or_missing() -> None:
    given = (VALID, "110105491231002", "110105194912310021", "510322199001015000", "无", "", None, "4.40524E+17")
    worth = ["valid", "upgraded", "damaged", "damaged", "missing", "missing", "missing", "damaged"]
    assert told(ids.state(GIVEN), *given) == worth


@given(numbers())
def test_what_a_spreadsheet_makes_of_a_number_bears_its_signature(number: str) -> None:
    if not number.isdigit():
        return
    fifteen_kept, nearest_double = number[:15] + "000", str(int(float(number)))
    assert told(ids.spreadsheet_damaged(GIVEN), fifteen_kept, nearest_double) == [True, True]
    assert told(ids.first_fifteen(GIVEN), fifteen_kept) == [number[:15]]


def test_most_numbers_bear_no_signature_of_damage() -> None:
    numbers_of_a_town = [f"2101061970010{n:04d}" for n in range(1000)]
    whole = [body + check_character(body) for body in numbers_of_a_town]
    assert sum(map(bool, told(ids.spreadsheet_damaged(GIVEN), *whole))) < len(whole) / 16


def _one_slip(left: str, right: str) -> bool:
    places = [place for place in range(18) if left[place] != right[place]]
    if len(places) == 2 and places[1] == places[0] + 1:
        return left[places[0]] == right[places[1]] and left[places[1]] == right[places[0]]
    return len(places) == 1


@given(numbers(), st.integers(0, 16), st.sampled_from("0123456789"), st.booleans())
def test_one_slip_is_a_wrong_character_or_two_neighbours_swapped(
    number: str, place: int, character: str, swap: bool
) -> None:
    wrong = number[:place] + character + number[place + 1 :]
    if swap:
        wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    frame = pl.DataFrame({"left": [number], "right": [wrong]})
    found = frame.select(ids.one_slip_apart(pl.col("left"), pl.col("right"))).item()
    assert found == _one_slip(number, wrong)
    if found and not is_valid(wrong):
        assert number in set(ids.slips(wrong))


@given(numbers())
def test_every_slip_is_one_slip_away(number: str) -> None:
    assert all(_one_slip(slip, number) for slip in ids.slips(number))
