"""A household's published worksheet, as it is printed."""

from __future__ import annotations

import pytest

from core.errors import OperatorError
from publish.explain import explain, explanation_lines
from publish.findings import findings
from publish.worksheet import explain_household, household_lines
from tests.publish.nights import DAY, Nights, car, listed


def test_a_household_is_told_by_its_sheet_with_what_was_not_seen_and_who_is_not_counted(nights: Nights) -> None:
    settings = nights.centre.settings
    nights.night(DAY, [listed("p1", not_counted_code="prison"), listed("p2")], [car("p2")])
    sheet = explain_household("h2", settings=settings)
    assert (sheet["sheet"]["complete"], sheet["sheet"]["gate_reason"]) == (False, "unseen")
    vehicle, *unseen = sorted(sheet["lines"], key=lambda line: line["kind_code"] != "holding")
    assert (vehicle["item_code"], vehicle["treatment_code"]) == ("vehicle", "question_only")
    assert {line["treatment_code"] for line in unseen} == {"unseen"}
    printed = "\n".join(household_lines(sheet))
    assert "至少 at least" in printed
    assert "未能查询 not looked at" in printed
    alone = explain_household("h1", settings=settings)
    assert alone["sheet"]["gate_reason"] == "nobody_counted"
    assert "not counted: p1 prison (roster)" in "\n".join(household_lines(alone))


def test_a_finding_is_explained_beside_the_sheet_of_its_household(nights: Nights) -> None:
    settings = nights.centre.settings
    nights.night(DAY, [listed("p2")], [car("p2")])
    told = explain(str(findings(settings=settings)["finding_key"][0]), settings=settings)
    assert told["worksheet"]["sheet"]["household_key"] == "h2"
    assert "家庭收入核算表 Worksheet · h2" in explanation_lines(told)


def test_a_household_the_run_does_not_know_is_said_to_be_unknown(nights: Nights) -> None:
    nights.night(DAY, [listed("p2")], [])
    with pytest.raises(OperatorError, match=r"household\.unknown"):
        explain_household("h9", settings=nights.centre.settings)
