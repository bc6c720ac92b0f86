"""Every rule keeps its promises, case by case, on a real DuckDB warehouse."""

from __future__ import annotations

import pytest

from core.settings import ROOT
from rules.pages import load_pages
from tests.rules.small_warehouse import CASES, Case, all_cases, differs, read_cases, told_by, warehouse_of

PAGES = {page.name: page for page in load_pages(ROOT / "rules")}


@pytest.mark.parametrize("case", list(all_cases()), ids=str)
def test_the_page_asks_what_the_case_says(case: Case) -> None:
    page = PAGES[case.page]
    with warehouse_of(case) as connection:
        assert differs(told_by(connection, page), case.asks) is None


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_has_cases_that_flag_that_do_not_and_both_sides_of_each_boundary(name: str) -> None:
    cases = read_cases(name)
    loud = [case for case in cases if _is_asked(case)]
    assert loud
    assert len(loud) < len(cases)
    sides: dict[str, set[str]] = {}
    for case in cases:
        if case.boundary:
            assert (case.boundary["side"] == "in") == _is_asked(case), str(case)
            sides.setdefault(case.boundary["of"], set()).add(case.boundary["side"])
    assert sides
    assert all(found == {"in", "out"} for found in sides.values()), sides


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_states_its_parameters_in_its_cases(name: str) -> None:
    card = PAGES[name].card
    assert all(set(case.parameters) == set(card.parameters) for case in read_cases(name))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_severity_the_card_allows_is_met_by_a_case(name: str) -> None:
    told = {row.get("severity") for case in read_cases(name) for row in case.asks} - {None}
    assert told == set(PAGES[name].card.severity.allowed)


def test_no_two_cases_of_a_page_tell_the_same() -> None:
    sentences = [str(case) for case in all_cases()]
    assert len(set(sentences)) == len(sentences)


def test_every_case_file_belongs_to_a_page() -> None:
    assert {path.relative_to(CASES).with_suffix("").as_posix() for path in CASES.glob("*/*.yml")} == set(PAGES)


def _is_asked(case: Case) -> bool:
    """Whether the case raises more than information, or information where the rule never says more."""
    quiet = {"information"} if PAGES[case.page].card.severity.default != "information" else set()
    return any(row.get("severity") not in quiet for row in case.asks)
