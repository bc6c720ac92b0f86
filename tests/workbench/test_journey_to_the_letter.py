"""The working day in a real Chromium, to its end: notice, visit, two people, the letter's PDF, and the objection."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.moment import today
from ledger import letters
from tests.workbench.browsing import Watched
from tests.workbench.office import EVERYWHERE, LONG_AGO, Office
from tests.workbench.test_typesetting import text_of

STATUS = ".case-head .chip.outline"


@pytest.fixture
def office(own_watched: Watched) -> Office:
    return Office(own_watched.served)


def stands(shown: Page, status: str) -> None:
    expect(shown.locator(STATUS)).to_have_text(status)


def send(shown: Page, act: str, button: str, **fields: str) -> None:
    """Open the form of an act, fill it and send it."""
    form = shown.locator(f"form[action$='/{act}']")
    if form.locator("xpath=ancestor::details[not(@open)]").count():
        form.locator("xpath=ancestor::details/summary").click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button", name=button).click()


def deals_with_the_household(shown: Page) -> None:
    """Notice, proof of its arrival, the work resumed, a visit by two."""
    send(shown, "notice", "送出告知", way="hand", sent_date=LONG_AGO.isoformat())
    stands(shown, "待补充")
    send(shown, "proof", "登记送达", delivered_date=LONG_AGO.isoformat(), proof="送达回证 12 号")
    expect(shown.get_by_text("送达回证 12 号").first).to_be_visible()
    shown.get_by_role("button", name="继续核查").click()
    stands(shown, "核查中")
    two = {"first_investigator": "王某", "second_investigator": "赵某"}
    send(shown, "visit", "登记入户核查", visit_date=today().isoformat(), found="车辆在用", **two)
    expect(shown.get_by_text("王某、赵某")).to_be_visible()


def test_from_the_question_to_the_letter_and_the_objection_that_reopens_the_case(
    own_watched: Watched, office: Office, tmp_path: Path
) -> None:
    case = office.case
    shown = own_watched.sign_in("analyst").open(f"/cases/{case.case_id}")
    shown.get_by_role("button", name="领取").click()
    stands(shown, "核查中")
    deals_with_the_household(shown)
    shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert own_watched.unreadable_for_some() == []
    for field in shown.locator("[data-verdict]").all():
        field.select_option("confirmed")
    send(shown, "first", "提交初核", outcome="undeclared", reason_code="field_visit", note="两人入户，车辆在用")
    stands(shown, "待复核")
    shown = own_watched.sign_in("reviewer").open(f"/cases/{case.case_id}")
    shown.get_by_role("button", name="同意").click()
    stands(shown, "待签发")
    send(shown, "letters", "拟稿", kind="conclusion")
    shown.wait_for_url(re.compile(r"/letters/\d+$"))
    expect(shown.get_by_role("heading", name="核对结果告知书").first).to_be_visible()
    assert own_watched.unreadable_for_some() == []
    letter = shown.url.rsplit("/", 1)[1]
    shown = own_watched.sign_in("issuer").open(f"/letters/{letter}")
    shown.get_by_role("button", name="核稿无误").click()
    expect(shown.locator(".heading .chip.outline")).to_have_text("已核稿")
    shown.get_by_role("button", name="签发").click()
    expect(shown.locator(".heading .chip.outline")).to_have_text("已签发")
    with shown.expect_download() as coming:
        shown.get_by_role("button", name="下载 PDF").click()
    coming.value.save_as(tmp_path / "letter.pdf")
    made = (tmp_path / "letter.pdf").read_bytes()
    kept = letters.get(own_watched.served.house.desk, EVERYWHERE, int(letter))
    assert kept is not None
    assert kept.issued is not None
    assert hashlib.sha256(made).hexdigest() == kept.issued.sha256
    for words in ("核对结果告知书", "怎样提出异议", str(kept.issued.number)):
        assert words in text_of(made)
    shown = own_watched.open("/verify")
    shown.fill("input[name=code]", str(kept.issued.verification_code))
    shown.locator("main button.first").click()
    expect(shown.get_by_text(kept.contents_sha256)).to_be_visible()
    assert own_watched.unreadable_for_some() == []
    shown = own_watched.open(f"/cases/{case.case_id}")
    shown.get_by_role("button", name="签发并办结").click()
    stands(shown, "已办结")
    shown = own_watched.sign_in("analyst").open(f"/cases/{case.case_id}")
    told = {"objection_date": today().isoformat(), "channel": "visit", "objected": "车已转让"}
    send(shown, "objection", "登记异议", **told)
    stands(shown, "待分派")
    assert own_watched.unreadable_for_some() == []
    shown = own_watched.open("/objections")
    expect(shown.get_by_role("link", name=case.case_no)).to_be_visible()
    assert own_watched.unreadable_for_some() == []


def test_an_export_is_asked_for_and_taken(own_watched: Watched, tmp_path: Path) -> None:
    shown = own_watched.sign_in("supervisor").open("/queue?view=all")
    shown.locator(".pager").get_by_role("link", name="导出").click()
    shown.wait_for_url(re.compile("/exports"))
    assert shown.locator("select[name=view]").input_value() == "all"
    shown.fill("input[name=reason]", "季度检查")
    shown.locator("main button.first").click()
    taking = shown.get_by_role("button", name="下载")
    expect(shown.get_by_role("link", name="刷新")).to_be_visible()
    while not taking.count():
        shown.wait_for_timeout(200)
        own_watched.open("/exports")
    assert own_watched.unreadable_for_some() == []
    with shown.expect_download() as coming:
        taking.click()
    coming.value.save_as(tmp_path / "export.xlsx")
    assert (tmp_path / "export.xlsx").read_bytes()[:2] == b"PK"
