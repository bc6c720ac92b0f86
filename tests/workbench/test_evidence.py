"""What the workbench reads of a published run: the whole of it, only of it, and of one run at a time."""

from __future__ import annotations

import shutil
import threading
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import DefectError, OperatorError
from core.settings import Settings
from ledger.run import open_ledger
from sources.card import load_cards
from tests.publish.conftest import nights
from tests.publish.nights import DAY, Nights, car, listed
from workbench.evidence.coverage import coverage_grid
from workbench.evidence.feeds import freshness
from workbench.evidence.household import findings, members, overview
from workbench.evidence.questions import fields
from workbench.evidence.rows import evidence_rows
from workbench.evidence.snapshot import Snapshot, snapshot
from workbench.evidence.worksheet import worksheet

__all__ = ["nights"]
PUBLISHES = 5


@pytest.fixture
def run(desk_home: Path, settings: Settings) -> Snapshot:
    return snapshot(settings.model_copy(update={"home": desk_home}))


def test_five_publishes_during_constant_reading_disturb_no_reader(nights: Nights) -> None:
    settings = nights.centre.settings
    nights.night(DAY, [listed("p1")], [car("p1")])
    stop, errors, read = threading.Event(), list[str](), list[str]()

    def reader() -> None:
        while not stop.is_set():
            try:
                run = snapshot(settings)
                asked = {row["finding_key"] for row in run.rows("select finding_key from finding")}
                rows = {row["finding_key"] for row in run.rows("select finding_key from evidence")}
                if asked != rows:
                    errors.append(f"{run.run_id}: findings and evidence of two runs")
                read.append(run.run_id)
            except Exception as error:
                errors.append(repr(error))

    threads = [threading.Thread(target=reader) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, PUBLISHES + 1):
            people = [listed(f"p{person}") for person in range(1, number + 2)]
            nights.night(DAY + timedelta(days=number), people, [car(person["person_key"]) for person in people])
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert snapshot(settings).rows("select count(*) as n from finding") == [{"n": PUBLISHES + 1}]
    assert len(set(read)) > 1


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('/etc/hostname')",
        "attach 'other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "copy (select 1) to 'stolen.csv'",
    ],
)
def test_the_reader_opens_nothing_but_the_tables_of_its_run(run: Snapshot, statement: str) -> None:
    with pytest.raises(DefectError):
        run.rows(statement)


def test_an_engine_s_words_about_a_cell_do_not_come_through(run: Snapshot) -> None:
    with pytest.raises(DefectError) as told:
        run.rows("select cast(sentence_zh as integer) from finding")
    assert "请" not in str(told.value)


def test_a_household_is_told_with_members_questions_and_rows_by_file_and_line(
    run: Snapshot, desk_home: Path, settings: Settings
) -> None:
    own = settings.model_copy(update={"home": desk_home})
    household = run.rows("select household_key from finding where rule = 'R-TAX-01' and severity = 'amount'")[0]
    key = household["household_key"]
    asked = findings(run, key)
    rows = evidence_rows(run, key, ledger=open_ledger(own), settings=own)
    told = overview(run, key)
    assert told is not None
    assert told["findings"] == len(asked)
    assert len(members(run, key)) == told["member_count"]
    assert {finding["finding_key"] for finding in asked} == set(rows)
    for row in (one for listed_rows in rows.values() for one in listed_rows):
        assert row["file_name"]
        assert row["line_number"] > 0
        assert len(row["row_hash"]) == 32
        assert row["delivered"]


def test_no_identifying_value_stands_clear_in_an_evidence_row(
    run: Snapshot, desk_home: Path, settings: Settings
) -> None:
    own = settings.model_copy(update={"home": desk_home})
    cards = load_cards(own.sources_folder)
    for household in run.rows("select distinct household_key from finding"):
        rows = evidence_rows(run, household["household_key"], ledger=open_ledger(own), settings=own)
        for row in (one for listed_rows in rows.values() for one in listed_rows):
            for theirs, text in (row["delivered"] or {}).items():
                column = cards[row["source"]].columns.get(theirs)
                if text and column is not None and column.sensitivity in ("identity", "health"):
                    assert "*" in text or len(text) == 1, (row["source"], column.name)


def test_what_could_not_be_looked_at_is_never_shown_as_nothing(run: Snapshot) -> None:
    unseen = run.rows(
        "select distinct household_key from coverage join member using (person_key) where value = ?", "could_not_look"
    )
    assert unseen
    for row in unseen:
        _, grid = coverage_grid(run, row["household_key"])
        cells = [cell for person in grid.values() for cell in person.values()]
        shown = [cell for cell in cells if cell.reasons]
        assert shown
        assert all(cell.value in ("partly", "could_not_look") for cell in shown)
        assert all(cell.reasons for cell in cells if cell.value in ("partly", "could_not_look"))


def test_a_feed_whose_newest_file_was_refused_says_so_and_shows_the_day_it_stands_on(
    run: Snapshot, settings: Settings
) -> None:
    told = {one.source: one for one in freshness(run, load_cards(settings.sources_folder))}
    assert told["vehicle"].state == "refused"
    assert f"{told['vehicle'].about_date}" == "2026-05-15"
    assert told["roster"].state == "fresh"


def test_a_run_whose_folder_is_gone_is_an_error_with_a_next_step(
    desk_home: Path, settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(desk_home, tmp_path / "home")
    own = settings.model_copy(update={"home": tmp_path / "home"})
    run_id = snapshot(own).run_id
    shutil.move(tmp_path / "home" / "runs" / run_id, tmp_path / "away")
    with pytest.raises(OperatorError):
        snapshot(own)


def test_published_tables_cannot_be_written_over(run: Snapshot) -> None:
    assert all(not path.stat().st_mode & 0o222 for path in run.folder.glob("*.parquet"))


def test_an_amount_in_fen_is_named_so_beside_its_value(settings: Settings) -> None:
    cards = load_cards(settings.sources_folder)
    card = next(one for one in cards.values() if any(column.unit == "fen" for column in one.columns.values()))
    theirs = next(name for name, column in card.columns.items() if column.unit == "fen")
    told = fields({"delivered": {theirs: "403727", next(iter(card.columns)): "***"}}, card)
    assert [one["text"] for one in told["fields"]] == ["403727"]
    assert told["fields"][0]["name"]["zh"].endswith("（分）")
    assert told["hidden"] == 1


@pytest.mark.parametrize(
    ("source", "column", "text", "day", "zh", "en"),
    [
        ("hukou", "bdyy", "02", None, "（死亡）", " (death)"),
        ("hukou", "bdyy", "０２ ", None, "（死亡）", " (death)"),
        ("hukou", "bdyy", "77", None, "", ""),
        ("vehicle", "syxzmc", "非营运", None, "", " (private)"),
        ("vehicle", "zt", "QA", None, "（正常、逾期未检验）", " (normal, inspection overdue)"),
        ("vehicle", "zt", "M", date(2019, 4, 30), "（注销）", " (deregistered)"),
        ("vehicle", "zt", "M", date(2019, 5, 1), "（达到报废标准）", " (at the scrap standard)"),
        ("vehicle", "zt", "Q?", None, "", ""),
        ("vehicle", "yxqz", "2026-05-01", None, "", ""),
        ("vehicle", "yxqz", "00000000", None, "（未定或未填）", " (open or not stated)"),
        ("vehicle", "yxqz", "99991231", None, "（未定或未填）", " (open or not stated)"),
    ],
)
def test_a_delivered_code_is_shown_with_what_it_meant_on_its_day(
    settings: Settings, source: str, column: str, text: str, day: date | None, zh: str, en: str
) -> None:
    card = load_cards(settings.sources_folder)[source]
    [field] = fields({"delivered": {column: text}, "about_date": day}, card)["fields"]
    assert (field["text"], field["means"]) == (text, {"zh": zh, "en": en})


def test_a_worksheet_is_told_with_lines_that_add_up_to_its_sum(run: Snapshot) -> None:
    told = [worksheet(run, row["household_key"]) for row in run.rows("select household_key from worksheet")]
    assert told
    for sheet in told:
        assert sheet is not None
        counted = sum((line["counted_yuan"] for line in sheet.counted), start=Decimal())
        assert abs(counted - (sheet.sum["income_total_yuan"] or 0)) <= Decimal("0.01") * len(sheet.counted)
        assert all(line["counted_yuan"] is None for line in sheet.others)
