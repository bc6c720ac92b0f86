"""No comparison, boundary, list or connective of a page or a shared term can change without a case failing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import duckdb
import pytest

from core.errors import DefectError
from core.settings import ROOT
from rules.doubt import Doubt, load_doubts
from rules.pages import Page, Term, load_pages, load_terms, terms_of
from rules.run import lay_terms
from tests.rules.mutations import mutants
from tests.rules.small_warehouse import Case, apart, differs, read_cases, told_by, warehouse_of

PAGES = {page.name: page for page in load_pages(ROOT / "rules")}
TERMS = load_terms(ROOT / "rules")
DOUBTS = load_doubts(ROOT / "rules")


@dataclass(frozen=True)
class Told:
    """All cases of a page side by side in one warehouse."""

    cases: list[Case]
    connection: duckdb.DuckDBPyConnection

    def hold(self, page: Page) -> bool:
        """Whether every case still ends as it says."""
        try:
            findings = apart(told_by(self.connection, page), len(self.cases))
        except DefectError:
            return False
        return all(differs(found, case.asks) is None for found, case in zip(findings, self.cases, strict=True))


@cache
def told(name: str) -> Told:
    """The page's cases, laid once."""
    cases = read_cases(name)
    return Told(cases, warehouse_of(*cases))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_change_to_a_page_goes_unnoticed(name: str) -> None:
    page = PAGES[name]
    assert told(name).hold(page)
    changes = list(mutants(page.sql))
    assert changes
    survivors = [what for what, sql in changes if told(name).hold(replace(page, sql=sql))]
    assert not survivors, "\n".join(survivors)


@pytest.mark.slow
@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_no_change_to_a_shared_term_goes_unnoticed(term: Term) -> None:
    readers = [page for page in PAGES.values() if any(term in terms_of(text, TERMS) for text in page.texts)]
    survivors = []
    for what, sql in mutants(term.sql):
        changed = [replace(term, sql=sql) if other is term else other for other in TERMS]
        if all(_hold_through(page, changed) for page in readers):
            survivors.append(what)
    assert not survivors, "\n".join(survivors)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DOUBTS))
def test_no_change_to_a_doubt_goes_unnoticed(name: str) -> None:
    doubt = DOUBTS[name]
    readers = [page for page in PAGES.values() if doubt in page.doubts]
    survivors = [
        what
        for what, sql in mutants(doubt.sql)
        if all(told(page.name).hold(_doubted_by(page, replace(doubt, sql=sql))) for page in readers)
    ]
    assert readers
    assert not survivors, "\n".join(survivors)


def _doubted_by(page: Page, changed: Doubt) -> Page:
    return replace(page, doubts=tuple(changed if one.name == changed.name else one for one in page.doubts))


def _hold_through(page: Page, terms: list[Term]) -> bool:
    connection = told(page.name).connection
    try:
        lay_terms(connection, _terms_of(page, terms))
        return told(page.name).hold(page)
    except duckdb.Error:
        return False
    finally:
        lay_terms(connection, _terms_of(page, TERMS))


def _terms_of(page: Page, terms: list[Term]) -> list[Term]:
    reached = {term.name for text in page.texts for term in terms_of(text, terms)}
    return [term for term in terms if term.name in reached]
