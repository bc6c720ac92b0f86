"""Rows of a landed delivery, after the room's fixes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import OperatorError, ProviderError
from ledger import deliveries
from sources.card import load_cards
from sources.rows import rows_of
from tests.sources.room import PERSON, csv_bytes
from tests.sources.test_landing import DATA, House
from tests.sources.test_reading_text import person

FIX = """
- file: wage_202605\\.csv
  where: {备注: 测试}
  action: drop_row
  reason: a test row of the provider
  reported: 2026-06-03, phone
  expected: the next delivery without it
"""


def kept(house: House, file: Path) -> list[int]:
    delivery = deliveries.get(house.ledger, house.land(file).delivery_id or "")
    card = load_cards(house.settings.sources_folder)["wage"]
    batches = list(rows_of(delivery, card, ledger=house.ledger, settings=house.settings))
    return [line for batch in batches for line in batch.rows["line_number"]]


def test_a_landed_file_is_read_with_the_fixes_of_its_room(tmp_path: Path) -> None:
    house = House(tmp_path)
    (house.settings.sources_folder / "wage" / "fixes.yml").write_text(FIX, "utf-8")
    assert kept(house, house.put(csv_bytes([person(), person(备注="测试"), person()]))) == [2, 4]


def test_a_fix_whose_error_is_gone_stops_the_file(tmp_path: Path) -> None:
    house = House(tmp_path)
    (house.settings.sources_folder / "wage" / "fixes.yml").write_text(FIX, "utf-8")
    with pytest.raises(OperatorError, match="no longer found"):
        kept(house, house.put(DATA))
    assert kept(house, house.put(DATA + b"\n", name="wage_202604.csv")) == list(range(2, 52))


def test_no_rows_are_an_error_unless_the_provider_says_there_are_none(tmp_path: Path) -> None:
    house = House(tmp_path)
    with pytest.raises(ProviderError, match="no rows"):
        kept(house, house.put(csv_bytes([])))
    none = house.put(csv_bytes([]) + b"\n", name="wage_202604.csv", control={"rows": 0})
    assert kept(house, none) == []


def test_a_landed_file_lost_from_the_disk_is_for_the_steward(tmp_path: Path) -> None:
    house = House(tmp_path)
    file = house.put(csv_bytes([list(PERSON)]))
    house.land(file)
    (house.settings.home / "landing").rename(house.settings.home / "elsewhere")
    with pytest.raises(OperatorError, match="not there"):
        kept(house, file)
