"""Each check of each room catches what it says and lets the case beside it pass."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from core.settings import ROOT
from sources.yaml_text import load_text
from tests.rooms.invented import ROOMS, card_of

COMMON = re.compile(r"`(row_key, delivery_id, source, line_number.*?refused_by)`", re.DOTALL)
LEVELS = {"record_value", "record_consistency", "household_consistency", "delivery_consistency", "history"}
Row = dict[str, str]


def checks_of(room: str) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = load_text(ROOT / "sources" / room / "checks.yml", where=room)
    return checks


def cases_of(room: str) -> dict[str, dict[str, Row | list[Row]]]:
    cases: dict[str, dict[str, Row | list[Row]]] = load_text(
        ROOT / "tests" / "rooms" / "checks" / f"{room}.yml", where=room
    )
    return cases


ALL = [pytest.param(room, check, id=f"{room}-{check['name']}") for room in ROOMS for check in checks_of(room)]


def columns_of(table: str) -> list[str]:
    """The columns the contract promises for a table, common ones first."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    common = COMMON.search(page)
    row = re.search(rf"^\| `{table}` \| (.*) \|$", page, re.MULTILINE)
    assert common
    assert row
    plain = re.sub(r"\([^()]*\)", "", re.sub(r"`[^`]*`", "", row.group(1)))
    both = f"{re.sub(r'[(].*?[)]', '', common.group(1))},{plain}"
    return [name.split()[0] for name in both.split(",")]


def kind_of(column: str) -> str:
    if column.endswith(("_date", "_month")):
        return "DATE"
    if column.endswith(("_yuan", "_rate")):
        return "DECIMAL(18,4)"
    if column.endswith(("_count", "_months", "_number")):
        return "BIGINT"
    return "BOOLEAN" if column in ("covered", "paid", "assessed", "scrap_trail") else "VARCHAR"


def caught(table: str, predicate: str, rows: list[Row]) -> int:
    """How many of the rows the predicate is TRUE for."""
    columns = columns_of(table)
    assert all(set(row) <= set(columns) for row in rows)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows ({', '.join(f'{name} {kind_of(name)}' for name in columns)})")
        marks = ", ".join("?" for _ in columns)
        for row in rows:
            connection.execute(f"INSERT INTO rows VALUES ({marks})", [row.get(name) for name in columns])  # noqa: S608
        found = connection.execute(f"SELECT count(*) FROM rows WHERE ({predicate})").fetchall()  # noqa: S608
    return int(found[0][0])


def as_rows(case: Row | list[Row]) -> list[Row]:
    return case if isinstance(case, list) else [case]


@pytest.mark.parametrize(("room", "check"), ALL)
def test_a_check_catches_its_bad_row_and_no_other(room: str, check: dict[str, Any]) -> None:
    table, case = card_of(room).table, cases_of(room)[check["name"]]
    assert caught(table, check["predicate"], as_rows(case["caught"])) > 0
    assert caught(table, check["predicate"], as_rows(case["passes"])) == 0


@pytest.mark.parametrize("room", ROOMS)
def test_every_check_says_what_it_means_and_who_must_act(room: str) -> None:
    checks = checks_of(room)
    assert 3 <= len(checks) <= 8
    assert {check["name"] for check in checks} == set(cases_of(room))
    for check in checks:
        assert set(check) == {"name", "predicate", "level", "action", "message", "who"}
        assert check["level"] in LEVELS
        assert check["action"] in {"refuse", "warn"}
        assert set(check["message"]) == {"zh", "en"}
        assert check["who"] == card_of(room).contact.zh


@pytest.mark.parametrize("room", ROOMS)
def test_only_a_row_by_itself_is_refused(room: str) -> None:
    for check in checks_of(room):
        if check["action"] == "refuse":
            assert check["level"] in {"record_value", "record_consistency"}
            assert not re.search(r"\brows\b", check["predicate"])
