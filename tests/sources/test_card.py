"""Cards: strict, plain text, errors that name file and key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import DefectError, PolicyError
from sources.card import Card, load_card, load_cards

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-source.md"


def _guide_text() -> str:
    block = re.search(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.S)
    assert block
    return block.group(1)


def _guide() -> dict[str, Any]:
    return yaml.load(_guide_text(), Loader=yaml.BaseLoader)  # type: ignore[no-any-return]


def _room(tmp_path: Path, text: str, name: str = "tax_withholding") -> Path:
    room = tmp_path / name
    room.mkdir()
    (room / "source.yml").write_text(text, "utf-8")
    return room


def _load(tmp_path: Path, card: dict[str, Any]) -> Card:
    return load_card(_room(tmp_path, yaml.safe_dump(card, allow_unicode=True)))


def test_the_card_in_the_guide_is_a_whole_card(tmp_path: Path) -> None:
    card = load_card(_room(tmp_path, _guide_text()))
    assert card.id_column == "id_number"
    assert card.our_columns["income_yuan"].unit == "fen"
    assert card.codes_on("income_item", date(2026, 5, 1))["0101"] == "wage"
    assert card.healthy.row_change_share == 0.5


def test_codes_that_look_like_numbers_or_booleans_stay_text(tmp_path: Path) -> None:
    text = _guide_text().replace('"0900": interest', "09: interest, no: lease, 1e3: transfer")
    codes = load_card(_room(tmp_path, text)).codes_on("income_item", date(2026, 1, 1))
    assert (codes["09"], codes["no"], codes["1e3"]) == ("interest", "lease", "transfer")


def test_a_key_given_twice_is_an_error(tmp_path: Path) -> None:
    room = _room(tmp_path, _guide_text().replace("  所得月份:", "  姓名:", 1))
    with pytest.raises(DefectError, match="key given twice: 姓名"):
        load_card(room)


def test_an_unknown_key_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(DefectError) as caught:
        _load(tmp_path, _guide() | {"sepperator": ";"})
    assert "sepperator" in caught.value.where
    assert "tax_withholding/source.yml" in caught.value.where


def test_a_card_without_legal_basis_goes_to_policy_staff(tmp_path: Path) -> None:
    card = _guide()
    del card["legal_basis"]["rests_on"]
    with pytest.raises(PolicyError, match=r"legal_basis\.rests_on"):
        _load(tmp_path, card)


def _contradictions() -> dict[str, tuple[str, Any]]:
    return {
        "a natural key that is not mapped": ("natural_key", ["id_number", "nothing"]),
        "a header both mapped and ignored": ("ignored", {"姓名": "not needed by anyone"}),
        "an ignored column without a reason": ("ignored", {"序号": ""}),
        "a code table no column uses": ("code_tables", _guide()["code_tables"] | {"idle": {"1": "one"}}),
        "a code table that is missing": ("code_tables", {}),
        "two headers for one column": (
            "columns",
            _guide()["columns"] | {"又": {"name": "name", "type": "name", "sensitivity": "identity"}},
        ),
        "an amount without unit": (
            "columns",
            _guide()["columns"] | {"又": {"name": "a", "type": "amount", "sensitivity": "none"}},
        ),
        "an id number that is not sensitive": (
            "columns",
            _guide()["columns"] | {"又": {"name": "a", "type": "id_number", "sensitivity": "none"}},
        ),
        "codes without a table": (
            "columns",
            _guide()["columns"] | {"又": {"name": "a", "type": "code", "sensitivity": "none"}},
        ),
        "a pattern that does not compile": ("file", _guide()["file"] | {"pattern": "("}),
        "a pattern with an unknown group": ("file", _guide()["file"] | {"pattern": r"(?P<day>\d)(?P<period>\d{6})"}),
        "a date from the name without a group": ("file", _guide()["file"] | {"pattern": r"x\.csv"}),
        "fixed width without widths": ("file", _guide()["file"] | {"format": "fixed_width"}),
        "a sheet with an encoding": ("file", _guide()["file"] | {"format": "xlsx"}),
        "no header and no field names": ("file", _guide()["file"] | {"header": "false"}),
        "field names that leave a column out": (
            "file",
            _guide()["file"] | {"header": "false", "field_names": ["姓名"]},
        ),
        "a letter as separator": ("file", _guide()["file"] | {"separator": "中"}),
        "a share above one": ("healthy", _guide()["healthy"] | {"unusable_id_share_max": "1.5"}),
        "a missing healthy section": ("healthy", {}),
    }


@pytest.mark.parametrize("what", sorted(_contradictions()))
def test_a_contradiction_on_a_card_is_refused(tmp_path: Path, what: str) -> None:
    key, value = _contradictions()[what]
    with pytest.raises(DefectError):
        _load(tmp_path, _guide() | {key: value})


def test_a_card_in_the_wrong_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefectError, match="folder"):
        load_card(_room(tmp_path, _guide_text(), "elsewhere"))


def test_a_missing_card_and_a_broken_one_say_where(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DefectError, match="not there"):
        load_card(tmp_path / "empty")
    with pytest.raises(DefectError, match="line 2"):
        load_card(_room(tmp_path, "source: a\n  b: [\n"))


def test_all_rooms_are_found_by_their_cards(tmp_path: Path) -> None:
    _room(tmp_path, _guide_text())
    (tmp_path / "not_a_room").mkdir()
    assert list(load_cards(tmp_path)) == ["tax_withholding"]


def test_dated_codes_mean_what_they_meant_that_day(tmp_path: Path) -> None:
    editions = [
        {"to": "2018-12-31", "values": {"01": "wage"}},
        {"from": "2019-01-01", "to": "2019-12-31", "values": {"01": "labour"}},
    ]
    card = _load(tmp_path, _guide() | {"code_tables": {"income_item": editions}})
    assert card.codes_on("income_item", date(2018, 12, 31))["01"] == "wage"
    assert card.codes_on("income_item", date(2019, 1, 1))["01"] == "labour"
    with pytest.raises(PolicyError, match="0 editions"):
        card.codes_on("income_item", date(2020, 1, 1))
