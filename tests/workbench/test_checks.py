"""Commissioned checks in a real Chromium: a household is taken in, looked at by the worker, and its result is read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from ledger import audit, commissions, runs
from ledger.commissions import Check
from publish.worker import work_once
from tests.workbench.browsing import Watched
from tests.workbench.served import Served, asked_of_a_wage
from tests.workbench.signing_in import Browserless

COMMUNITY = "210106004001"


def test_a_household_is_taken_in_looked_at_and_its_result_says_what_was_not_looked_at(own_watched: Watched) -> None:
    served = own_watched.served
    person = asked_of_a_wage(served)
    shown = own_watched.sign_in("analyst").open("/checks")
    shown.get_by_role("link", name="受理一户").click()
    shown.wait_for_url(re.compile(r"/checks/new$"))
    assert own_watched.unreadable_for_some() == []
    _fill(shown, person)
    shown.get_by_role("button", name="受理并核对").click()
    shown.wait_for_url(re.compile(r"/checks/\d+$"))
    expect(shown.get_by_text("等待核对")).to_be_visible()
    assert own_watched.unreadable_for_some() == []
    _work(served)
    shown.reload()
    expect(shown.get_by_text("已核对", exact=True)).to_be_visible()
    assert shown.locator("[data-question]").count() > 0
    unseen = shown.get_by_role("row", name="机动车登记")
    expect(unseen).to_contain_text("没有授权")
    expect(shown.get_by_text("没有有效授权的来源一概不查")).to_be_visible()
    expect(shown.get_by_text("head（户主）").first).to_be_attached()
    told = shown.content() + shown.title() + shown.url
    assert person["name"] not in told
    assert person["id_number"] not in told
    assert own_watched.unreadable_for_some() == []
    acts = audit.entries(served.house.desk.ledger)
    assert {"check.asked", "check.begun", "check.looked"} <= set(acts["act"])
    for path in ("/checks", "/checks/new", f"/checks/{_newest(served).check_id}"):
        own_watched.sign_in("analyst", "en").open(path)
        assert own_watched.unreadable_for_some() == [], path
        assert shown.evaluate("document.documentElement.scrollWidth") <= 1366, path


def test_a_form_that_is_refused_keeps_what_was_typed_and_takes_nothing_in(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/checks/new")
    _fill(shown, {"name": "赵一", "id_number": "110105194912310021"})
    shown.get_by_role("button", name="受理并核对").click()
    expect(shown.locator(".banner.bad")).to_be_visible()
    expect(shown.get_by_role("alert")).to_have_text("第 1 人 · 身份证号 · 位数、出生日期或校验位不对")
    assert shown.locator("input[name='1-name']").input_value() == "赵一"
    assert shown.locator("input[name='1-scope-tax_withholding']").is_checked()
    assert own_watched.unreadable_for_some() == []
    own_watched.open("/checks")
    expect(shown.get_by_text("还没有委托核对")).to_be_visible()


def test_a_check_of_another_region_is_not_there(own_visitor: Browserless) -> None:
    own_visitor.sign_in("supervisor")
    fields = {"purpose": "application", "document": "民函1号", "region_code": "210102001001", "as_of": "2026-06-20"}
    person = asked_of_a_wage(own_visitor.served)
    fields |= {"hukou_type": "urban", "1-name": person["name"], "1-id_number": person["id_number"]}
    taken = own_visitor.post("/checks/new", {**fields, "1-relation": "head", "1-applies": "on"})
    assert taken.status_code == 303
    assert own_visitor.get(taken.headers["location"]).status_code == 200
    assert own_visitor.sign_in("analyst").get(taken.headers["location"]).status_code == 404
    refused = own_visitor.post("/checks/new", {**fields, "1-relation": "head"})
    assert refused.status_code == 409


def _fill(shown: Page, person: dict[str, str]) -> None:
    shown.fill("input[name=document]", "铁东民函〔2026〕12号")
    shown.fill("input[name=region_code]", COMMUNITY)
    for name in ("name", "id_number"):
        shown.fill(f"input[name='1-{name}']", person[name])
    for name, day in (
        ("signed_date", "2026-06-10"),
        ("valid_from_date", "2026-06-10"),
        ("valid_to_date", "2026-12-31"),
    ):
        shown.fill(f"input[name='1-{name}']", day)
    for source in ("tax_withholding", "contribution", "housing_fund"):
        shown.check(f"input[name='1-scope-{source}']")


def _work(served: Served) -> None:
    with _lived_in(served):
        while work_once(served.house.desk.ledger):
            pass
    assert runs.get(served.house.desk.ledger, str(_newest(served).run_id)).state == "published"


def _newest(served: Served) -> Check:
    return commissions.known(served.house.desk.ledger, 1)


@contextmanager
def _lived_in(served: Served) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(os.environ, "HEDUI_HOME", str(served.house.settings.home))
        yield
