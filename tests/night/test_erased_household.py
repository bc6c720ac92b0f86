"""A household left, its time is over: no byte of the installation tells who it was, and everything else goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from core.errors import OperatorError
from core.moment import today
from ledger import audit, deliveries, extracts, keys, presence, runs
from publish import night
from publish.erasure import ErasureReport, purge_expired
from publish.explain import explain, explanation_lines
from publish.people import PEOPLE, open_people
from publish.release import release
from publish.verify import verify_audit, verify_run
from sources.card import load_card
from sources.run import open_landed
from tests.night.conftest import Published
from tests.night.home import Home
from tests.night.searching import found_in, found_in_text
from tests.sources.broken.specimen import workbook
from transforms.sealed import opened

LEFT_ON = date(2026, 7, 20)


@dataclass(frozen=True)
class Erased:
    """A home in which a household left the roster, and later its time and that of all raw files was over."""

    home: Home
    first: str
    household: str
    words: list[str]
    finding: str
    before: dict[str, Any]
    report: ErasureReport


@pytest.fixture(scope="module")
def erased(first_night: Published, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    folder = tmp_path_factory.mktemp("erased")
    home = first_night.home.moved_to(folder / "home")
    finding = home.table(first_night.run_id, "finding").filter(rule="R-TAX-01").sort("finding_key").to_dicts()[0]
    household = finding["household_key"]
    people = home_people(home, first_night.run_id, household)
    words = [text for one in people for text in (one["name"], one["id_number"])]
    leave(home, {one["id_number"] for one in people}, folder / "roster")
    before = explain(finding["finding_key"], settings=home.settings, run_id=first_night.run_id)
    day = max(LEFT_ON + timedelta(days=home.settings.case_retention_days), today() + timedelta(days=731))
    report = purge_expired(home.settings, home.ledger, day + timedelta(days=1))
    return Erased(home, first_night.run_id, household, words, finding["finding_key"], before, report)


def home_people(home: Home, run_id: str, household: str) -> list[dict[str, Any]]:
    return open_people(home.folder / "runs" / run_id, run_id, household, ledger=home.ledger)


def leave(home: Home, numbers: set[str], folder: Path) -> None:
    """The July roster comes without these persons, and a night sees it; the steward lets it lead."""
    june = home.world / "inbox" / "roster" / "mz_roster_20260615.xlsx"
    card = load_card(home.settings.sources_folder / "roster")
    sheet = fastexcel.read_excel(june).load_sheet(card.file.sheet or 0, header_row=None, dtypes="string")
    rows = [[text or "" for text in row] for row in sheet.to_polars().iter_rows()]
    kept = [row for row in rows if not numbers & set(row)]
    assert len(kept) == len(rows) - len(numbers)
    july = folder / "roster" / "mz_roster_20260715.xlsx"
    july.parent.mkdir(parents=True)
    july.write_bytes(workbook(card.file.sheet or "Sheet1", kept))
    with home.lived_in():
        assert night.land(july)["state"] == "landed"
        published = night.whole_night(
            as_of=LEFT_ON,
            known_at=None,
            kind="nightly",
            sources=["roster", "authorisation"],
            request=None,
            say=lambda _: None,
        )
    if not published["accepted"]:
        release(published["run_id"], by="王燕", reason="只核名册", ledger=home.ledger, settings=home.settings)


def test_the_household_and_nobody_else_is_erased(erased: Erased) -> None:
    assert erased.report.households == [erased.household]
    assert presence.left_before(erased.home.ledger, LEFT_ON + timedelta(days=1)) == [erased.household]
    others = set(erased.home.table(erased.first, "household")["household_key"]) - {erased.household}
    assert keys.living(erased.home.ledger, [f"household:{key}" for key in others]) == {
        f"household:{key}" for key in others
    }
    for key in others:
        assert all(one["name"] for one in home_people(erased.home, erased.first, key))


def test_its_names_and_numbers_can_be_read_in_no_byte_of_the_home(erased: Erased) -> None:
    assert len(erased.words) >= 2
    assert found_in(erased.home.folder, erased.words) == {}


def test_its_people_and_its_rows_open_with_no_key_any_more(erased: Erased) -> None:
    with pytest.raises(OperatorError, match=r"key\.erased"):
        home_people(erased.home, erased.first, erased.household)
    assert found_in_text("".join(everything_that_opens(erased.home)), erased.words) == set()


def test_raw_files_and_quarantine_are_gone_with_their_keys(erased: Erased) -> None:
    home = erased.home
    landed = deliveries.list_deliveries(home.ledger)
    assert sorted(erased.report.deliveries) == sorted(one.delivery_id for one in landed)
    assert erased.report.still_readable == []
    assert keys.living(home.ledger, [f"delivery:{one.delivery_id}" for one in landed]) == set()
    assert [path for name in ("landing", "quarantine") for path in (home.folder / name).rglob("*-*")] == []
    for one in landed:
        with pytest.raises(OperatorError):
            list(open_landed(one, home.ledger, home.settings))


def test_an_explanation_says_that_it_was_erased(erased: Erased) -> None:
    assert any(row["delivered"] for row in erased.before["evidence"])
    told = explain(erased.finding, settings=erased.home.settings, run_id=erased.first)
    assert [row["delivered"] for row in told["evidence"]] == [None] * len(told["evidence"])
    assert {row["note"] for row in told["evidence"]} == {"已销毁 erased"}
    assert "erased" in told["members"][0]["note"]
    assert "已销毁 erased" in "\n".join(explanation_lines(told))
    assert told["finding"]["sentence_zh"] == erased.before["finding"]["sentence_zh"]


def test_every_manifest_still_verifies_and_so_does_the_audit_which_tells_the_erasure(erased: Erased) -> None:
    home = erased.home
    published = [run.run_id for run in runs.list_runs(home.ledger)]
    assert len(published) == 2
    for run_id in published:
        assert verify_run(home.folder / "runs" / run_id, ledger=home.ledger).whole
    assert verify_audit(home.ledger, home.settings).whole
    told = audit.entries(home.ledger).filter(act="key.erased")
    assert f"household:{erased.household}" in set(told["subject"])
    assert len(told) == 1 + len(erased.report.deliveries)


def everything_that_opens(home: Home) -> Iterable[str]:
    """What whoever holds every key that is left can read: people of all runs and rows of all extracts."""
    households = {path.removeprefix("household:") for path in living_households(home)}
    for run in runs.list_runs(home.ledger):
        for household in sorted(households):
            if (home.folder / "runs" / run.run_id / PEOPLE).exists():
                yield json.dumps(home_people(home, run.run_id, household), ensure_ascii=False)
    opening = {key: keys.open_key(home.ledger, f"household:{key}") for key in households}
    read = 0
    for extract in extracts.find(home.ledger):
        rows = opened(home.folder / extract.path / "sealed.parquet", opening)
        read += len(rows)
        yield json.dumps(rows, ensure_ascii=False)
    assert read


def living_households(home: Home) -> set[str]:
    published = [run.run_id for run in runs.list_runs(home.ledger)]
    seen = {key for run_id in published for key in home.table(run_id, "household")["household_key"]}
    return keys.living(home.ledger, [f"household:{key}" for key in seen])
