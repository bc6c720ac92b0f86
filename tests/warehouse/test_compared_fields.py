"""What of a row stands beside a person in the identity queue."""

from __future__ import annotations

from datetime import date

import pytest

from core.settings import ROOT
from sources.card import load_cards
from warehouse.identity.compare import fields_given


@pytest.mark.parametrize("former", [None, "余海龙"])
@pytest.mark.parametrize("source", ["hukou", "hukou_change"])
def test_a_former_name_does_not_stand_for_the_present_one(source: str, former: str | None) -> None:
    card = load_cards(ROOT / "sources")[source]
    given = {"sfzh": "11010519491231002X", "xm": "余海生", "cym": former, "xb": "1"}
    told = fields_given(card, given, date(2026, 6, 20))
    assert (told["name"], told["number"], told["sex"]) == ("余海生", "11010519491231002X", "1")


def test_every_source_that_names_a_person_has_the_name_compared() -> None:
    for card in load_cards(ROOT / "sources").values():
        theirs = [header for header, column in card.columns.items() if column.name == "name"]
        told = fields_given(card, dict.fromkeys(theirs, "余海生"), date(2026, 6, 20))
        assert bool(theirs) == (told["name"] == "余海生"), card.source
