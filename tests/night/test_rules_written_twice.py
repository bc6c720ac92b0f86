"""Two writings of one rule, the second from card and cases alone, ask the same of a whole night."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from core.settings import ROOT
from rules.pages import load_terms
from rules.question import ask_page
from rules.run import lay_terms
from tests.night.scored import Scored
from tests.rules.written_twice import FIRST, SECOND

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FIRST)
def test_both_writings_ask_the_same_questions_with_the_same_evidence(name: str, hamlet: Scored, tmp_path: Path) -> None:
    terms = load_terms(ROOT / "rules")
    shutil.copyfile(hamlet.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        lay_terms(connection, terms)
        first, second = ask_page(connection, FIRST[name]), ask_page(connection, SECOND[name])
    assert first
    assert first == second
