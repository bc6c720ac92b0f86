"""The rooms as they stand: every check of every source runs over its table and says something."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from core.errors import DefectError
from core.settings import ROOT, settings
from expectations.check import Check
from expectations.counting import count_bad_rows, lay_counts
from expectations.engine import validate
from expectations.meaning import meaning_of
from expectations.suite import suite_of
from sources.card import Card, load_cards
from transforms.meaning import refusals
from transforms.schema import COMMON
from transforms.tables import TABLES

CARDS = load_cards(ROOT / "sources")


def suite(card: Card, columns: list[str]) -> list[Check]:
    return suite_of(card, columns, meaning_of(ROOT / "sources" / card.source))


@pytest.mark.parametrize("source", sorted(CARDS))
def test_every_check_of_a_room_runs_over_its_table(source: str) -> None:
    card = CARDS[source]
    kinds = {column.name: column.kind for column in (*COMMON, *TABLES[card.table].columns)}
    nothing = pl.DataFrame(schema=kinds)
    database = f":memory:room_{source}"
    checks = suite(card, list(kinds))
    with duckdb.connect(database) as connection:
        connection.register("nothing", nothing.to_arrow())
        connection.execute(f"CREATE TABLE {card.table} AS SELECT * FROM nothing")  # noqa: S608
        lay_counts(connection)
        count_bad_rows(connection, card.table, columns=list(kinds), delivery_ids=["none"], checks=checks)
        outcomes = validate(database, {card.table: checks})[card.table]
    assert [outcome.check.name for outcome in outcomes] == [check.name for check in checks]
    assert all(outcome.success for outcome in outcomes)


@pytest.mark.parametrize("source", sorted(CARDS))
def test_no_two_checks_of_a_source_share_a_name_and_each_is_told_in_both_languages(source: str) -> None:
    card = CARDS[source]
    checks = suite(card, [column.name for column in (*COMMON, *TABLES[card.table].columns)])
    assert len({check.name for check in checks}) == len(checks)
    assert all(check.message_zh and check.message_en and check.who for check in checks)


@pytest.mark.parametrize("source", sorted(CARDS))
def test_the_predicate_that_puts_a_row_aside_is_the_one_that_is_reported(source: str) -> None:
    reported = {(c.name, c.predicate) for c in meaning_of(ROOT / "sources" / source) if c.action == "refuse"}
    assert {(refusal.name, refusal.predicate) for refusal in refusals(source, settings())} == reported


@pytest.mark.parametrize(
    "text",
    [
        "- {name: a, predicate: x > 0, level: record_value, action: stop, message: {zh: 甲, en: a}, who: 我}",
        "- {name: a, predicate: x > 0, level: record_value, action: warn, message: {zh: 甲}, who: 我}",
        "- {name: a, predicate: x > 0, level: someday, action: warn, message: {zh: 甲, en: a}, who: 我}",
        "- {name: a, predicate: x > 0, level: file, action: warn, message: {zh: 甲, en: a}, who: 我, extra: 1}",
        "name: a",
        "- {name: a, predicate: x > 0, level: file, action: warn, message: {zh: 甲, en: a}, who: 我}\n" * 2,
    ],
)
def test_a_check_that_is_not_whole_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    room = tmp_path / "cremation"
    room.mkdir()
    (room / "checks.yml").write_text(text, "utf-8")
    with pytest.raises(DefectError, match=r"cremation/checks\.yml"):
        meaning_of(room)


def test_a_room_without_written_meaning_has_none(tmp_path: Path) -> None:
    assert meaning_of(tmp_path) == []
