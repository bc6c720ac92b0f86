"""What must hold for the cards of all rooms together."""

from __future__ import annotations

import pytest

from core.settings import ROOT
from sources.card import load_cards
from sources.yaml_text import load_text
from tests.rooms.invented import ROOMS, card_of
from tests.rooms.test_checks import columns_of

MONEY_ROOMS = {
    *("contribution", "institution_contribution", "pension", "pension_adjustment", "unemployment_benefit"),
    *("tax_withholding", "self_employed", "vehicle", "housing_fund"),
}
PERSON = {"id_number", "name", "former_name", "birth_date", "sex_code", "address", "case_number", "former_id_number"}
WORKED_OUT = {"household_key", "roster_id_state"}


def test_there_is_a_card_for_each_of_the_seventeen_rooms() -> None:
    assert sorted(load_cards(ROOT / "sources")) == ROOMS
    assert len(ROOMS) == 17


def test_money_rests_on_consent_and_life_and_death_on_statute() -> None:
    rests_on_consent = {room for room in ROOMS if card_of(room).legal_basis.rests_on == "consent"}
    assert rests_on_consent == MONEY_ROOMS


def test_deaths_are_attested_by_two_origins_and_not_by_three_files() -> None:
    origins = {room: card_of(room).attesting_origin for room in ROOMS if "death" in _facts(room)}
    assert set(origins) == {"hukou", "hukou_change", "cremation"}
    assert origins["hukou"] == origins["hukou_change"] != origins["cremation"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_card_fills_its_table_and_nothing_else(room: str) -> None:
    card = card_of(room)
    columns = set(columns_of(card.table)) - set(columns_of(card.table)[:10])
    mapped = set(card.our_columns)
    assert columns - mapped <= WORKED_OUT
    assert mapped - columns <= PERSON


@pytest.mark.parametrize("room", ROOMS)
def test_nation_and_religion_are_never_mapped(room: str) -> None:
    for header, reason in card_of(room).ignored.items():
        if header in {"民族", "mz", "zjxy"}:
            assert "may never be used" in reason
    assert not {"民族", "mz", "zjxy"} & set(card_of(room).columns)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_without_known_errors_says_so(room: str) -> None:
    assert load_text(ROOT / "sources" / room / "fixes.yml", where=room) == []


def _facts(room: str) -> set[str]:
    return {covered.fact for covered in card_of(room).covers}
