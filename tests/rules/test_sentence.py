"""A finding's sentence counts as people do: one month, two months."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from core.errors import DefectError
from core.settings import ROOT
from rules.card import Words
from rules.pages import load_pages
from rules.sentence import say

CARD = load_pages(ROOT / "rules")[0].card
COUNTED = Words(zh="有{month_count}个月", en="for {month_count:month|months} of the year")


@pytest.mark.parametrize(
    ("count", "english"),
    [(1, "for 1 month of the year"), (Decimal(1), "for 1 month of the year"), (2, "for 2 months of the year")],
)
def test_english_tells_one_from_many(count: int | Decimal, english: str) -> None:
    assert say(CARD, COUNTED, {"month_count": count}, "en") == english
    assert say(CARD, COUNTED, {"month_count": count}, "zh") == f"有{count}个月"


def test_a_sentence_that_counts_without_two_words_is_a_defect() -> None:
    with pytest.raises(DefectError, match="month_count"):
        say(CARD, Words(zh="无", en="for {month_count:months}"), {"month_count": 2}, "en")


def test_several_words_of_one_list_are_joined_as_people_join_them() -> None:
    words = Words(zh="{origins}部门", en="Records of {origins}")
    [card] = [page.card for page in load_pages(ROOT / "rules") if page.name == "existence/paid_after_death"]
    for origins, zh, en in (
        ("public_security", "公安部门", "Records of public security"),
        ("funeral_service public_security", "殡葬和公安部门", "Records of the funeral service and public security"),
    ):
        assert say(card, words, {"origins": origins}, "zh") == zh
        assert say(card, words, {"origins": origins}, "en") == en


def test_no_page_leaves_the_reader_to_choose_between_one_and_many() -> None:
    for page in load_pages(ROOT / "rules"):
        for words in (page.card.sentence, *page.card.sentence_when.values()):
            assert not re.search(r"\(s\)|\} (month|vehicle|payment|household)s?\b", _without_twos(words.en)), page.name


def _without_twos(text: str) -> str:
    """The sentence without counts that are two at the least, or no counts of what follows."""
    return re.sub(r"\{(household_count|payment_count)\} \w+", "", text)


def test_several_words_are_said_as_a_list() -> None:
    [death] = [page.card for page in load_pages(ROOT / "rules") if page.name == "existence/paid_after_death"]
    codes = list(death.words["origins"])[:2]
    named = Words(zh="{origins}", en="{origins}")
    zh, en = (say(death, named, {"origins": " ".join(codes)}, language) for language in ("zh", "en"))
    assert zh == "和".join(death.words["origins"][code].zh for code in codes)
    assert en == " and ".join(death.words["origins"][code].en for code in codes)
