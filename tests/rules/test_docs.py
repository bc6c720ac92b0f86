"""The rule book and the list of parameters say what the cards and files say."""

from __future__ import annotations

import pytest

from core.settings import ROOT
from rules.catalogue import parameters_markdown, rules_markdown
from rules.elsewhere import ELSEWHERE
from rules.pages import load_pages
from rules.parameters import load_parameters


@pytest.mark.parametrize(("name", "text"), [("rules.md", rules_markdown()), ("parameters.md", parameters_markdown())])
def test_the_page_is_current(name: str, text: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, "run `make docs`"


def test_every_rule_stands_in_the_book_in_both_languages_with_its_parameters() -> None:
    book = rules_markdown()
    for page in load_pages(ROOT / "rules"):
        section = book.split(f"### {page.card.code} ")[1].split("\n### ")[0]
        told = (page.card.flagged, page.card.not_flagged, page.card.resolve, *page.card.innocent)
        for words in (*told, *([page.card.materials] if page.card.materials else [])):
            assert words.zh in section
            assert words.en in section
        assert section.count("\n| ") >= len(page.card.parameters)


def test_what_is_asked_of_a_household_says_what_it_may_show_and_what_is_asked_elsewhere_says_nothing_to_it() -> None:
    for page in load_pages(ROOT / "rules"):
        assert (page.card.materials is not None) == (page.card.concerns == "household"), page.name


def test_every_value_stands_in_the_list_with_its_document() -> None:
    told = parameters_markdown()
    for parameter in load_parameters(ROOT / "rules"):
        section = told.split(f"`{parameter.name}` ·")[1].split("\n## ")[0]
        assert all(value.document.zh in section for value in parameter.values)


def test_the_rule_book_says_where_a_name_that_differs_is_asked_about() -> None:
    *_, told = rules_markdown().partition("What no rule asks")
    assert "R-ID-03" in told
    assert "身份比对" in told
    asked = {page.card.code for page in load_pages(ROOT / "rules")}
    assert not asked & {one.code for one in ELSEWHERE}
