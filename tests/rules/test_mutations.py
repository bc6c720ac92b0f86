"""No comparison, boundary, list or connective of a page or a shared term can change without a case failing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import duckdb
import pytest

from core.errors import DefectError
from core.settings import ROOT
from rules.pages import Page, load_pages, load_terms, terms_of
from rules.run import lay_terms
from tests.rules.mutations import mutants
from tests.rules.small_warehouse import Case, differs, read_cases, told_by, warehouse_of

PAGES = {page.name: page for page in load_pages(ROOT / "rules")}
TERMS = load_terms(ROOT / "rules")


@cache
def told(name: str) -> list[tuple[Case, duckdb.DuckDBPyConnection]]:
    """The cases of a page, each with its warehouse."""
    return [(case, warehouse_of(case)) for case in read_cases(name)]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_change_to_a_page_goes_unnoticed(name: str) -> None:
    survivors = [
        what for what, sql in mutants(PAGES[name].sql) if not _noticed(replace(PAGES[name], sql=sql), told(name))
    ]
    assert not survivors, "\n".join(survivors)


@pytest.mark.slow
@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_no_change_to_a_shared_term_goes_unnoticed(term) -> None:  # type: ignore[no-untyped-def]
    readers = [page for page in PAGES.values() if term in terms_of(page.sql, TERMS)]
    survivors = []
    for what, sql in mutants(term.sql):
        changed = [replace(term, sql=sql) if other is term else other for other in TERMS]
        if not any(_noticed_through(page, changed) for page in readers):
            survivors.append(what)
    assert not survivors, "\n".join(survivors)


def _noticed(page: Page, cases: Iterable[tuple[Case, duckdb.DuckDBPyConnection]]) -> bool:
    return any(not _holds(page, case, connection) for case, connection in cases)


def _noticed_through(page: Page, terms: list) -> bool:  # type: ignore[type-arg]
    for case, connection in told(page.name):
        try:
            lay_terms(connection, terms_of(page.sql, terms))
            if not _holds(page, case, connection):
                return True
        except duckdb.Error:
            return True
        finally:
            lay_terms(connection, terms_of(page.sql, TERMS))
    return False


def _holds(page: Page, case: Case, connection: duckdb.DuckDBPyConnection) -> bool:
    try:
        return differs(told_by(connection, page), case.asks) is None
    except DefectError:
        return False
