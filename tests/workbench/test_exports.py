"""Exports: made beside the requests, masked, saying what they are, approved where they are many, gone in time."""

from __future__ import annotations

import hashlib
import os
import re
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from sqlalchemy import text

from core.errors import OperatorError
from core.moment import now, today
from ledger import audit, audited_records, case_queue, exports, jobs
from ledger.case_queue import Filters
from ledger.exports import Export
from publish.erasure import purge_expired
from publish.people import open_households
from tests.workbench.office import EVERYWHERE
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from workbench.exports.clear import CHILD_UNDER_YEARS, masked, may_be_a_child
from workbench.exports.files import content_of, file_of, sweep
from workbench.exports.making import make
from workbench.exports.rows import _row
from workbench.exports.workbook import Written, write_workbook

PATIENCE_SECONDS = 120


def asked(visitor: Browserless, **fields: Any) -> int:
    """An export that was asked for and made."""
    told = {"view": "all", "reason": "季度检查", **fields}
    answer = visitor.post("/exports", told)
    assert answer.status_code == 303, answer.status_code
    ledger = visitor.served.house.desk.ledger
    export_id = max(one.sequence for one in exports.listed(ledger))
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        found = exports.get(ledger, export_id)
        assert found is not None
        if found.made_at is not None or not found.may_be_made:
            return export_id
        time.sleep(0.05)
    raise AssertionError("the export was not made")


def sheets(content: bytes) -> tuple[list[list[Any]], dict[str, str]]:
    """The rows of the first sheet, head first, and the manifest."""
    book = fastexcel.read_excel(content)
    first, about = book.sheet_names
    told = book.load_sheet(about, header_row=None, dtypes="string").to_polars().rows()
    rows = book.load_sheet(first, header_row=None, dtypes="string").to_polars().rows()
    return [list(row) for row in rows], {str(name): str(value) for name, value in told}


def test_an_export_holds_the_queue_masked_and_says_what_it_is(own_served: Served) -> None:
    supervisor = Browserless(own_served).sign_in("supervisor")
    answer = supervisor.post(f"/exports/{asked(supervisor)}/file", {})
    assert answer.headers["content-disposition"].startswith("attachment")
    rows, manifest = sheets(answer.content)
    house = own_served.house
    cases = case_queue.page(house.desk, EVERYWHERE, Filters(kind=None), size=5_000).cases
    assert [row[0] for row in rows[1:]] == [one.case_no for one in cases]
    assert manifest["行数"] == str(len(cases))
    assert manifest["导出人"] == "赵远（supervisor）"
    assert manifest["用途"] == "季度检查"
    assert manifest["筛选"] == "view=all"
    assert house.run().run_id in manifest["批次"]
    assert re.fullmatch("[0-9a-f]{64}", manifest["内容摘要 SHA-256"])
    run = house.run()
    people = open_households(run.folder, run.run_id, [one.household_key for one in cases], ledger=house.desk.ledger)
    whole = {one["id_number"] for listed in people.values() for one in listed}
    assert len(whole) > 10
    assert not whole & {cell for row in rows for cell in row}
    acts = audit.entries(house.desk.ledger)["act"].to_list()
    assert [acts.count(f"export.{one}") for one in ("asked", "made", "downloaded")] == [1, 1, 1]


def test_an_export_holds_only_the_places_and_filters_of_who_asked(own_served: Served) -> None:
    analyst = Browserless(own_served).sign_in("analyst2")
    rows, manifest = sheets(analyst.post(f"/exports/{asked(analyst, severity='urgent')}/file", {}).content)
    wanted = case_queue.page(own_served.house.desk, EVERYWHERE, Filters(kind=None, severity="urgent"), size=5_000)
    assert {row[0] for row in rows[1:]} == {one.case_no for one in wanted.cases if one.town_code == "210106004"}
    assert manifest["筛选"] == "severity=urgent；view=all"
    assert analyst.post("/exports", {"view": "differs", "reason": "看看"}).status_code == 404
    assert analyst.post("/exports", {"view": "all", "reason": " "}).status_code == 409


def test_a_case_opened_after_midnight_is_told_by_its_day_in_shanghai(served: Served) -> None:
    case = case_queue.page(served.house.desk, EVERYWHERE, Filters(), size=1).cases[0]
    opened = replace(case, opened_at=datetime(2026, 6, 30, 17, tzinfo=UTC))
    assert _row(served.house, opened, masked(None), {}, "zh")[-1] == "2026-07-01"


def test_another_persons_file_is_not_there(own_served: Served) -> None:
    export_id = asked(Browserless(own_served).sign_in("supervisor"))
    assert Browserless(own_served).sign_in("analyst").post(f"/exports/{export_id}/file", {}).status_code == 404


def test_a_large_export_waits_for_another_person(own_served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MANY", 3)
    analyst, supervisor = (Browserless(own_served).sign_in(one) for one in ("analyst", "supervisor"))
    export_id = asked(analyst)
    assert "待批准" in analyst.get("/exports").text
    assert analyst.post(f"/exports/{export_id}/file", {}).status_code == 409
    assert analyst.post(f"/exports/{export_id}/approve", {}).status_code == 403
    assert supervisor.post(f"/exports/{export_id}/approve", {}).status_code == 303
    assert asked(analyst) > export_id
    own = asked(supervisor)
    assert "须由另一人" in supervisor.post(f"/exports/{own}/approve", {}).text


def test_whoever_asked_for_an_export_reads_why_it_was_refused(
    own_served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MANY", 3)
    analyst, supervisor = (Browserless(own_served).sign_in(one) for one in ("analyst", "supervisor"))
    export_id = asked(analyst)
    assert f'action="/exports/{export_id}/refuse"' in supervisor.get("/exports").text
    assert analyst.post(f"/exports/{export_id}/refuse", {"reason": "不需要"}).status_code == 403
    assert "须写明理由" in supervisor.post(f"/exports/{export_id}/refuse", {"reason": " "}).text
    assert supervisor.post(f"/exports/{export_id}/refuse", {"reason": "请按街道分次导出"}).status_code == 303
    assert "请按街道分次导出" in analyst.get("/exports").text
    assert f'action="/exports/{export_id}/' not in supervisor.get("/exports").text
    assert supervisor.post(f"/exports/{export_id}/approve", {}).status_code == 409
    assert analyst.post(f"/exports/{export_id}/file", {}).status_code == 409


def test_a_file_whose_days_are_over_is_deleted_and_not_given(own_served: Served) -> None:
    supervisor = Browserless(own_served).sign_in("supervisor")
    export_id = asked(supervisor)
    house = own_served.house
    found = exports.get(house.desk.ledger, export_id)
    assert found is not None
    assert file_of(house.settings, found).exists()
    assert sweep(house.desk.ledger, house.settings) == 0
    passed = text("update export set expires_at = :at where sequence = :export")
    with house.desk.ledger.write() as connection:
        connection.execute(passed, {"at": (now() - timedelta(days=1)).isoformat(sep=" "), "export": export_id})
    left = file_of(house.settings, found).with_name("7000.dead.tmp")
    for path, days in ((left, 2), (left.with_suffix(".new.tmp"), 0)):
        path.touch()
        os.utime(path, (path.stat().st_mtime - 86_400 * days,) * 2)
    assert sweep(house.desk.ledger, house.settings) == 2
    assert not left.exists()
    assert "文件已过期" in supervisor.post(f"/exports/{export_id}/file", {}).text
    assert "已过期" in supervisor.get("/exports").text


def test_a_job_of_a_killed_worker_is_made_by_the_next_and_leaves_one_file(own_served: Served) -> None:
    house = own_served.house
    told: dict[str, Any] = {"filters": {"view": "all"}, "prefixes": ["2101"], "clear": False, "rows": 5}
    export_id = exports.ask(house.desk.ledger, by="supervisor", reason="检查", **told)
    jobs.ask(house.desk.ledger, "held", {"export": export_id, "language": "zh"}, by="supervisor")
    dead = jobs.take(house.desk.ledger, "dead", ["held"], lease_seconds=-1)
    assert dead is not None
    next_one = jobs.take(house.desk.ledger, "next", ["held"])
    assert next_one is not None
    assert make(house, next_one, "next") == {"rows": 5}
    assert [path.name for path in house.settings.folder("exports").iterdir()] == [f"{export_id}.xlsx"]


def test_an_export_without_a_purpose_is_refused_in_words_of_its_own(own_served: Served) -> None:
    refused = Browserless(own_served).sign_in("analyst2").post("/exports", {"view": "all", "reason": " "})
    assert (refused.status_code, "请写明导出的用途" in refused.text) == (409, True)
    assert "入户核查" not in refused.text
    assert exports.listed(own_served.house.desk.ledger) == []


def proved(visitor: Browserless) -> Browserless:
    """Somebody who gave the password again."""
    assert visitor.post("/prove", {"next": "/exports", "password": visitor.served.password}).status_code == 303
    return visitor


CLEAR = {"clear": "true", "recipient": "区民政局 钱某"}


def test_clear_values_leave_for_a_named_recipient_by_two_people_and_each_household_is_on_record(
    own_served: Served,
) -> None:
    house = own_served.house
    ledger = house.desk.ledger
    analyst, supervisor = (Browserless(own_served).sign_in(one) for one in ("analyst2", "supervisor"))
    assert "再次输入" in analyst.post("/exports", {"view": "all", "reason": "协查", **CLEAR}).text
    assert analyst.post("/prove", {"next": "/exports", "password": "wrong"}).status_code == 403
    shown = proved(analyst).get("/exports").text
    for piece in ('value="all" selected', 'value="协查"', CLEAR["recipient"], "checked"):
        assert piece in shown, piece
    unnamed = analyst.post("/exports", {"view": "all", "reason": "协查", "clear": "true", "recipient": " "})
    assert "须写明收件人" in unnamed.text
    export_id = asked(analyst, **CLEAR)
    assert "待批准" in analyst.get("/exports").text
    assert analyst.post(f"/exports/{export_id}/approve", {}).status_code == 403
    assert "区民政局 钱某" in supervisor.get("/exports").text
    assert "再次输入" in supervisor.post(f"/exports/{export_id}/approve", {}).text
    assert proved(supervisor).post(f"/exports/{export_id}/approve", {}).status_code == 303
    found = made_by_now(own_served, export_id)
    assert found.expires_at is not None
    assert found.made_at is not None
    assert found.expires_at - found.made_at < timedelta(hours=house.settings.clear_export_hours, minutes=1)
    at_rest = file_of(house.settings, found).read_bytes()
    assert hashlib.sha256(at_rest).hexdigest() == found.sha256
    assert not zipfile.is_zipfile(BytesIO(at_rest))
    assert supervisor.post(f"/exports/{export_id}/file", {}).status_code == 404
    rows, manifest = sheets(analyst.post(f"/exports/{export_id}/file", {}).content)
    assert manifest["收件人"] == "区民政局 钱某"
    assert manifest["批准人"] == "supervisor"
    assert "明文" in manifest["个人信息"]
    run = house.run()
    wanted = case_queue.page(house.desk, EVERYWHERE, Filters(kind=None), size=5_000).cases
    theirs = [one.household_key for one in wanted if one.town_code == "210106004"]
    people = open_households(run.folder, run.run_id, theirs, ledger=ledger)
    numbers = {one["id_number"] for listed in people.values() for one in listed}
    clear = [str(row[10]) for row in rows[1:] if row[10] in numbers]
    assert clear
    [told] = audit.entries(ledger).filter(act="export.revealed")["detail"]
    assert f'"rows": {len(clear)}' in str(told).replace("'", '"')
    assert audited_records.faults(ledger) == []
    kept = str(audit.entries(ledger).to_dicts())
    assert not any(one in kept for one in clear)


def test_a_clear_export_is_small_and_cannot_be_read_once_its_hours_are_over(
    own_served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_served.house
    analyst, supervisor = (proved(Browserless(own_served).sign_in(one)) for one in ("analyst2", "supervisor"))
    export_id = asked(analyst, **CLEAR)
    supervisor.post(f"/exports/{export_id}/approve", {})
    found = made_by_now(own_served, export_id)
    kept = file_of(house.settings, found).with_name("taken-from-a-backup")
    kept.write_bytes(file_of(house.settings, found).read_bytes())
    passed = text("update export set expires_at = :at where sequence = :export")
    with house.desk.ledger.write() as connection:
        connection.execute(passed, {"at": (now() - timedelta(days=1)).isoformat(sep=" "), "export": export_id})
    sweep(house.desk.ledger, house.settings)
    assert not file_of(house.settings, found).exists()
    assert "文件已过期" in analyst.post(f"/exports/{export_id}/file", {}).text
    purge_expired(house.settings, house.desk.ledger, today())
    with pytest.raises(OperatorError, match=r"key\."):
        content_of(kept, house.desk.ledger, found)
    monkeypatch.setattr(house.desk.ledger.settings, "clear_export_rows", 1)
    assert "户数上限" in analyst.post("/exports", {"view": "all", "reason": "协查", **CLEAR}).text


def test_a_child_and_whoever_has_no_readable_number_stay_masked_in_a_clear_export() -> None:
    year = today().year
    assert may_be_a_child(f"210106{year - CHILD_UNDER_YEARS + 1}01010017")
    assert not may_be_a_child(f"210106{year - CHILD_UNDER_YEARS - 1}01010017")
    assert not may_be_a_child("210106700101001")
    assert all(may_be_a_child(one) for one in ("", "21010619900231001X", "2101061990", "2101061990ABCD001X"))


def made_by_now(served: Served, export_id: int) -> Export:
    """The export, once the worker has made it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        found = exports.get(served.house.desk.ledger, export_id)
        if found is not None and found.made_at is not None:
            return found
        time.sleep(0.05)
    raise AssertionError("the export was not made")


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    evil = ['=HYPERLINK("http://elsewhere.test")', "+1", "-1", "@SUM(A1)", "\t=1", "210106199001011234", "普通"]
    row: list[Any] = [*evil, Decimal("1234.50"), 3]
    path = tmp_path / "one.xlsx"
    written = write_workbook(path, [[row]], "zh", lambda done: [("用途", "=1+1"), ("行数", str(done.rows))])
    assert written == Written(1, written.rows_sha256)
    rows, manifest = sheets(path.read_bytes())
    assert rows[1][: len(evil)] == [f"'{one}" for one in evil[:5]] + evil[5:]
    assert manifest["用途"] == "'=1+1"
    with zipfile.ZipFile(path) as book:
        parts = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
    assert not any("<f>" in part or "<hyperlink" in part for part in parts)
