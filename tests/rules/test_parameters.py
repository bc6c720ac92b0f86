"""Numbers of policy are dated, placed and referenced: never two at once, never a hole, never zero for want of one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.errors import PolicyError
from core.settings import ROOT, Settings
from rules.in_force import value_for
from rules.parameters import Parameter, check, faults, load_parameters
from tests.rules.test_door import rules_folder

WORDS = {"zh": "数", "en": "number"}
DAY = date(2026, 6, 20)


def parameter(*values: dict[str, Any]) -> Parameter:
    """A parameter with these values."""
    filled = [
        {
            "row": f"row-{number}",
            "region": "",
            "valid_from": date(2020, 1, 1),
            "value": number,
            "document": WORDS,
            **value,
        }
        for number, value in enumerate(values, start=1)
    ]
    return Parameter.model_validate({"name": "line", "title": WORDS, "unit": WORDS, "values": filled})


def in_force(
    one: Parameter, region: str = "210106001001", hukou: str | None = "urban", environment: str = "demonstration"
) -> str:
    """The row in force."""
    return value_for(one, (region, "dibao", hukou), DAY, environment).row


def test_the_longest_region_prefix_wins() -> None:
    one = parameter({}, {"region": "21"}, {"region": "210106"}, {"region": "210106001"}, {"region": "22"})
    assert in_force(one) == "row-4"
    assert in_force(one, "210106002001") == "row-3"
    assert in_force(one, "210202001001") == "row-2"
    assert in_force(one, "440106001001") == "row-1"


def test_a_value_holds_on_its_first_and_last_day_only() -> None:
    one = parameter(
        {"valid_to": DAY - timedelta(days=1)},
        {"valid_from": DAY, "valid_to": DAY},
        {"valid_from": DAY + timedelta(days=1)},
    )
    assert in_force(one) == "row-2"
    assert faults([one]) == []


def test_urban_and_rural_values_stand_side_by_side_and_the_unknown_gets_the_higher() -> None:
    one = parameter({"hukou_type": "urban", "value": 636}, {"hukou_type": "rural", "value": 515})
    assert faults([one]) == []
    assert in_force(one, hukou="urban") == "row-1"
    assert in_force(one, hukou="rural") == "row-2"
    assert in_force(one, hukou=None) == "row-1"


def test_no_value_in_force_is_an_error_and_never_zero() -> None:
    for one in (
        parameter({"valid_to": DAY - timedelta(days=1)}),
        parameter({"region": "50"}),
        parameter({"hukou_type": "rural"}),
    ):
        with pytest.raises(PolicyError) as raised:
            in_force(one)
        assert raised.value.code == "parameter.none_in_force"


def test_production_takes_verified_values_only() -> None:
    one = parameter({}, {"region": "21", "verified": {"by": "王", "on": date(2026, 1, 5)}})
    assert in_force(one, environment="production") == "row-2"
    with pytest.raises(PolicyError):
        in_force(one, "440106001001", environment="production")


def test_an_overlap_and_a_hole_are_told_apart() -> None:
    twice = parameter({"valid_to": date(2025, 6, 30)}, {"valid_from": date(2025, 6, 30)})
    hole = parameter({"valid_to": date(2025, 6, 29)}, {"valid_from": date(2025, 7, 1)})
    whole = parameter({"valid_to": date(2025, 6, 30)}, {"valid_from": date(2025, 7, 1)})
    endless = parameter({}, {"valid_from": date(2025, 7, 1)})
    assert [fault.code for fault in faults([twice])] == ["parameter.two_at_once"]
    assert [fault.code for fault in faults([hole])] == ["parameter.hole"]
    assert [fault.code for fault in faults([endless])] == ["parameter.two_at_once"]
    assert faults([whole]) == []


@given(some.lists(some.integers(1, 400), min_size=1, max_size=6), some.integers(0, 2400))
def test_where_the_check_finds_nothing_exactly_one_value_holds_each_day(lengths: list[int], offset: int) -> None:
    start, values = date(2020, 1, 1), []
    for length in lengths:
        values.append({"valid_from": start, "valid_to": start + timedelta(days=length - 1)})
        start += timedelta(days=length)
    values[-1]["valid_to"] = None
    one = parameter(*values)
    assert faults([one]) == []
    assert sum(value.in_force(date(2020, 1, 1) + timedelta(days=offset)) for value in one.values) == 1


@given(some.integers(-30, 30))
def test_any_gap_or_overlap_of_days_is_found(shift: int) -> None:
    ends = date(2025, 6, 30)
    one = parameter({"valid_to": ends}, {"valid_from": ends + timedelta(days=1 + shift)})
    assert (faults([one]) == []) == (shift == 0)


@pytest.mark.parametrize(
    "value",
    [
        {"value": None},
        {"text": "small"},
        {"value": None, "text": "small"},
        {"region": "2101x"},
        {"valid_to": date(2019, 1, 1)},
        {"colour": 1},
    ],
)
def test_a_value_that_contradicts_itself_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"line|row|region|colour|value"):
        parameter(value)


def test_the_shipped_parameters_hold_on_the_invented_night() -> None:
    assert check(Settings(), as_of=DAY) == []


def test_no_shipped_value_is_called_verified_that_nobody_verified() -> None:
    assert {value.verified for one in load_parameters(ROOT / "rules") for value in one.values} == {None}
    assert {fault.code for fault in check(Settings(environment="production"), as_of=DAY)} == {"parameter.none_in_force"}


def test_a_value_that_has_run_out_everywhere_is_reported(tmp_path: Any) -> None:
    folder = rules_folder(
        tmp_path,
        "parameters/tax_months.yml",
        lambda text: text.replace("    value: 2", "    valid_to: 2026-06-19\n    value: 2"),
    )
    settings = Settings(rules_folder=folder)
    assert check(settings, as_of=DAY - timedelta(days=1)) == []
    assert [fault.where for fault in check(settings, as_of=DAY) if isinstance(fault, PolicyError)] == [
        "rules/parameters/tax_months.yml"
    ]


def test_a_file_named_after_another_parameter_is_refused(tmp_path: Any) -> None:
    folder = rules_folder(
        tmp_path, "parameters/tax_months.yml", lambda text: text.replace("name: tax_months", "name: months")
    )
    with pytest.raises(PolicyError) as raised:
        load_parameters(folder)
    assert raised.value.code == "parameter.name"


def test_a_row_id_used_twice_is_refused(tmp_path: Any) -> None:
    folder = rules_folder(
        tmp_path, "parameters/tax_months.yml", lambda text: text.replace("tax-months-2026-01", "wage-months-2026-01")
    )
    with pytest.raises(PolicyError) as raised:
        load_parameters(folder)
    assert raised.value.code == "parameter.row_twice"


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("dibao_line_monthly_yuan", "760.0000", "760 元/人·月", "760 yuan per person and month"),
        ("vehicle_price_limit_yuan", "80000", "80,000 元", "80,000 yuan"),
        ("window_months", "4", "4 个月", "4 months"),
        ("first_paid_offset_months", "1.0000", "1 个月", "1 month"),
        ("wage_tolerance_share", "0.1000", "申报额的10%", "10% of the declared amount"),
        ("employment_cost_share", "0.3", "30%", "30%"),
        ("vehicle_livelihood_exempt", "1", "是", "yes"),
        ("vehicle_livelihood_exempt", "0.0000", "否", "no"),
        ("vehicle_exempt_classes", "motorcycle moped", "摩托车、轻便摩托车", "motorcycle, moped"),
    ],
)
def test_a_value_is_said_with_its_unit_in_words(name: str, value: str, zh: str, en: str) -> None:
    [parameter] = [one for one in load_parameters(ROOT / "rules") if one.name == name]
    said = parameter.said(value)
    assert (said.zh, said.en) == (zh, en)


def test_every_item_of_a_list_has_words() -> None:
    for parameter in load_parameters(ROOT / "rules"):
        for value in parameter.values if parameter.kind != "number" else []:
            assert set((value.text or "").split()) <= parameter.words.keys(), value.row


def test_no_parameter_is_one_of_many() -> None:
    for parameter in load_parameters(ROOT / "rules"):
        if parameter.kind == "number" and parameter.unit.en not in ("yuan", "1 yes, 0 no"):
            assert not re.match(r"1 \w+s\b", parameter.said("1").en), parameter.name
