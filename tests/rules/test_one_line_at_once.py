"""Nobody lives under two lines at once, and a set of items is told item by item."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.errors import PolicyError
from core.settings import ROOT
from rules.in_force import value_for, values_for
from rules.parameters import Parameter, faults, load_parameters

WORDS = {"zh": "数", "en": "number"}
START = date(2024, 1, 1)
REGIONS = ["", "33", "3301", "330106"]
HOMES = ["330106001001", "330107001001", "330206001001", "440106001001"]
Days = some.integers(0, 60)


def parameter(kind: str, values: list[dict[str, Any]]) -> Parameter:
    """A parameter of a kind with these values."""
    filled = [{"row": f"row-{number}", "document": WORDS, **value} for number, value in enumerate(values)]
    return Parameter.model_validate({"name": "line", "title": WORDS, "unit": WORDS, "kind": kind, "values": filled})


@some.composite
def lines(draw: some.DrawFn) -> list[dict[str, Any]]:
    """Lines of several regions, urban, rural or for both, over days that may clash or leave holes."""
    found = []
    for _ in range(draw(some.integers(1, 6))):
        first = draw(Days)
        last = draw(some.none() | some.integers(first, 70))
        found.append(
            {
                "region": draw(some.sampled_from(REGIONS)),
                "hukou_type": draw(some.sampled_from([None, "urban", "rural"])),
                "valid_from": START + timedelta(days=first),
                "valid_to": None if last is None else START + timedelta(days=last),
                "value": draw(some.integers(300, 1300)),
            }
        )
    return found


@given(lines(), some.randoms())
def test_where_the_check_finds_no_fault_one_line_holds_however_the_file_is_ordered(
    values: list[dict[str, Any]], chance: Any
) -> None:
    one = parameter("number", values)
    if faults([one]):
        return
    shuffled = list(one.values)
    chance.shuffle(shuffled)
    other = one.model_copy(update={"values": shuffled})
    for home in HOMES:
        for hukou in ("urban", "rural"):
            for day in (START + timedelta(days=offset) for offset in range(0, 72, 3)):
                nearest = _nearest(one, home, hukou, day)
                assert len(nearest) <= 1
                if nearest:
                    assert value_for(other, (home, "dibao", hukou), day, "demonstration").row == nearest[0]
                else:
                    with pytest.raises(PolicyError):
                        value_for(other, (home, "dibao", hukou), day, "demonstration")


def _nearest(one: Parameter, home: str, hukou: str, day: date) -> list[str]:
    """The lines in force of the nearest region, those for urban or rural alone before those for both."""
    held = [v for v in one.values if home.startswith(v.region) and v.in_force(day) and v.hukou_type in (None, hukou)]
    for region in sorted({v.region for v in held}, key=len, reverse=True):
        for kind in (hukou, None):
            if found := [v.row for v in held if v.region == region and v.hukou_type == kind]:
                return found
    return []


@given(lines(), some.integers(0, 5), some.integers(0, 40))
def test_a_second_line_for_the_same_place_and_day_is_always_found(
    values: list[dict[str, Any]], which: int, later: int
) -> None:
    twin = dict(values[which % len(values)])
    end = twin["valid_to"] or twin["valid_from"] + timedelta(days=400)
    twin["valid_from"] = min(end, twin["valid_from"] + timedelta(days=later))
    assert "parameter.two_at_once" in {fault.code for fault in faults([parameter("number", [*values, twin])])}


ITEMS = parameter(
    "set",
    [
        {"region": "", "valid_from": START, "text": "survivor_pension"},
        {"region": "", "valid_from": START, "valid_to": date(2025, 12, 31), "text": "resident_pension"},
        {"region": "33", "valid_from": START, "text": "survivor_pension", "listed": False},
        {"region": "33", "valid_from": START, "text": "award"},
    ],
)


def _told(home: str, day: date) -> list[str | None]:
    return [value.text for value in values_for(ITEMS, (home, "dibao", "urban"), day, "demonstration")]


def test_items_of_a_set_hold_together_and_end_one_by_one() -> None:
    assert faults([ITEMS]) == []
    assert _told("440106001001", date(2025, 12, 31)) == ["resident_pension", "survivor_pension"]
    assert _told("440106001001", date(2026, 1, 1)) == ["survivor_pension"]


def test_a_region_may_add_an_item_and_take_one_out() -> None:
    assert _told("330106001001", date(2026, 1, 1)) == ["award"]


def test_one_item_twice_at_once_is_a_fault_and_an_empty_set_an_error() -> None:
    twice = parameter("set", [{"region": "", "valid_from": START, "text": "award"}] * 2)
    assert [fault.code for fault in faults([twice])] == ["parameter.two_at_once"]
    with pytest.raises(PolicyError, match="no usable value"):
        values_for(twice, ("33", "dibao", None), START - timedelta(days=1), "demonstration")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("set", {"text": "two items"}), ("set", {"value": 1}), ("list", {"text": "a b", "listed": False})],
)
def test_a_row_that_does_not_fit_its_kind_is_refused(kind: str, value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="line"):
        parameter(kind, [{"region": "", "valid_from": START, **value}])


@pytest.mark.parametrize("name", ["income_window_months", "employment_cost_share", "financial_limit_line_months"])
def test_at_least_three_local_sets_differ_from_the_invented_districts(name: str) -> None:
    one = next(parameter for parameter in load_parameters(ROOT / "rules") if parameter.name == name)
    local = {value.region: value.value for value in one.values if value.region not in ("", "2101")}
    assert len(local) >= 3
    assert len(set(local.values())) >= 2
