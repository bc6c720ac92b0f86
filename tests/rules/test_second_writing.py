"""Card and cases alone suffice to write a rule: two writings answer every case alike, and any two cases met at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from rules.pages import load_terms, terms_of
from rules.question import OWED
from rules.run import lay_terms
from tests.rules.small_warehouse import ROOT, Case, Row, apart, differs, read_cases, told_by, warehouse_of
from tests.rules.written_twice import FIRST, SECOND

TERMS = load_terms(ROOT / "rules")
SUBJECTS = {"household": ("household_key",), "member": ("household_key", "person_key")}
NAMED = (*OWED, "finding_key", "identity", "material", "sentence_zh", "sentence_en", "evidence")


def test_rules_of_five_families_were_written_twice() -> None:
    assert len({name.split("/")[0] for name in FIRST}) == 5


@pytest.mark.parametrize("name", FIRST)
def test_the_second_writing_asks_what_each_case_says(name: str) -> None:
    cases = read_cases(name)
    for told, case in zip(_told(name, cases, second=True), cases, strict=True):
        assert differs(told, case.asks) is None, case.it


@pytest.mark.slow
@pytest.mark.parametrize("name", FIRST)
def test_both_writings_answer_alike_where_two_cases_meet_in_one_household(name: str) -> None:
    pairs = list(_pairs(read_cases(name)))
    assert len(pairs) > 100
    once, again = _told(name, pairs, second=False), _told(name, pairs, second=True)
    unlike = [pair.it for pair, one, other in zip(pairs, once, again, strict=True) if _plain(one) != _plain(other)]
    assert not unlike, "\n".join(unlike)


def _told(name: str, cases: list[Case], *, second: bool) -> list[list[Row]]:
    """What one writing asks about each case; cases of the same parameters stand side by side."""
    page = SECOND[name] if second else FIRST[name]
    told: list[list[Row]] = [[] for _ in cases]
    for parameters in {str(case.parameters) for case in cases}:
        places = [place for place, case in enumerate(cases) if str(case.parameters) == parameters]
        beside = [cases[place] for place in places] * (2 if len(places) == 1 else 1)
        with warehouse_of(*beside) as connection:
            lay_terms(connection, terms_of(page.sql, TERMS))
            for place, found in zip(places, apart(told_by(connection, page), len(beside)), strict=False):
                told[place] = found
    return told


def _pairs(cases: list[Case]) -> Iterator[Case]:
    """Any two cases as one: the rows of both about the same household, whose own row the first case gives."""
    for one, other in combinations(cases, 2):
        if one.parameters == other.parameters:
            given = {table: _both(table, one, other) for table in {**one.given, **other.given}}
            yield Case(one.page, f"{one.it} + {other.it}", one.as_of, one.parameters, given, [])


def _both(table: str, one: Case, other: Case) -> list[Row]:
    given = [*one.given.get(table, []), *other.given.get(table, [])]
    rows = [{name: value for name, value in row.items() if name != "row_key"} for row in given]
    if table not in SUBJECTS:
        return rows
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(row.get(key) for key in SUBJECTS[table]), row)
    return list(first.values())


def _plain(findings: list[Row]) -> list[Row]:
    """The findings without what a writing may say otherwise: a value of its own that nothing names."""
    return [{name: row[name] for name in NAMED} for row in findings]
