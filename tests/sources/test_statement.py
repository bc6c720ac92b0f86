"""What stands of everything a provider said of one period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import ProviderError
from core.settings import ROOT
from ledger.deliveries import Delivery
from sources.card import load_cards
from sources.delivery_name import recognise
from sources.statement import latest_standing, standing, statement_of

CARDS = load_cards(ROOT / "sources")
MONTHLY, REGISTER = CARDS["contribution"], CARDS["vehicle"]
LANDED = datetime(2026, 6, 16, tzinfo=UTC)


def sent(name: str, *, hours: int = 0, as_of: date | None = None) -> Delivery:
    """A delivery of this name, landed so many hours after the first."""
    at = LANDED + timedelta(hours=hours)
    return Delivery(f"id-{name}", "x", name, "0" * 64, 1, None, as_of, None, at, None, None, "landing/x")


def month(*marks: str) -> list[Delivery]:
    """Contribution files of one month, landed in this order."""
    return [sent(f"rs_contribution_202605{mark}.csv", hours=place) for place, mark in enumerate(marks)]


def stands(*marks: str) -> tuple[set[str], bool]:
    """Which of these stand, by their marks, and whether they tell the whole month."""
    told = standing(month(*marks), MONTHLY)
    return {one.file_name.removeprefix("rs_contribution_202605")[:-4] for one in told.deliveries}, told.whole


@pytest.mark.parametrize(
    ("marks", "which", "whole"),
    [
        ([""], {""}, True),
        (["", "_2"], {"_2"}, True),
        (["_2", ""], {"_2"}, True),
        (["_9", "_10"], {"_10"}, True),
        (["_p1of2", "_p2of2"], {"_p1of2", "_p2of2"}, True),
        (["_p1of2"], {"_p1of2"}, False),
        (["_p1of2", "_p2of2", "_p1of2_2"], {"_p1of2_2", "_p2of2"}, True),
        (["_p1of2", "_p2of2", "_2"], {"_2"}, True),
        (["", "_p1of2_2"], {""}, True),
        (["", "_p1of2_2", "_p2of2_2"], {"_p1of2_2", "_p2of2_2"}, True),
        (["_p1of2", "_p2of2", "_p1of3", "_p2of3", "_p3of3"], {"_p1of3", "_p2of3", "_p3of3"}, True),
    ],
)
def test_parts_are_read_together_and_a_correction_takes_the_place_of_what_was_said(
    marks: list[str], which: set[str], whole: bool
) -> None:
    assert stands(*marks) == (which, whole)


def test_of_a_register_the_latest_day_that_is_told_whole_stands() -> None:
    may, june = date(2026, 5, 15), date(2026, 6, 15)
    files = [
        sent("jg_vehicle_20260515.csv", as_of=may),
        sent("jg_vehicle_20260615_p1of3.csv", as_of=june),
        sent("jg_vehicle_20260515_2.csv", as_of=may, hours=2),
    ]
    assert [one.file_name for one in latest_standing(files, REGISTER)] == ["jg_vehicle_20260515_2.csv"]
    assert latest_standing(files[1:2], REGISTER) == []


@pytest.mark.parametrize("source", CARDS)
def test_every_room_tells_parts_from_corrections(source: str) -> None:
    card = CARDS[source]
    groups = r"(_p(?P<part>\d+)of(?P<parts>\d+))?(_(?P<sequence>\d+))?"
    assert card.file.pattern.count(groups) == 1
    bare = card.file.pattern.replace(groups, "{}").replace(r"(?P<period>\d{6})", "202605")
    name = bare.replace(r"(?P<as_of>\d{8})", "20260515").replace("\\", "")
    said = statement_of(name.format("_p2of3_4"), card)
    assert (said.part, said.parts, said.sequence, said.stem) == (2, 3, 4, name.format(""))
    assert (said.place, statement_of(name.format("_2"), card).place) == ("p2of3", "")


@pytest.mark.parametrize("mark", ["_p0of2", "_p3of2", "_p1of0"])
def test_a_part_that_cannot_be_is_sent_back(mark: str) -> None:
    with pytest.raises(ProviderError) as raised:
        recognise(Path(f"inbox/contribution/rs_contribution_202605{mark}.csv"), CARDS, today=date(2026, 6, 20))
    assert raised.value.code == "delivery.name_part"
