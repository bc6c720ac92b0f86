"""Settings, accounts and grants, kept filters, many cases given at once: who may, who may not, and what is kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.moment import today
from ledger import audit, case_budget, cases, grants, sessions, users
from ledger.case_queue import Filters, page
from ledger.case_words import Role, Status
from ledger.cases import Case
from ledger.run import Ledger
from ledger.scope import Scope
from tests.workbench.browsing import Watched
from tests.workbench.signing_in import Browserless
from workbench.accounts import CITY, COUNTY, SUBDISTRICT

EVERYWHERE = Scope((CITY,))
NEW = {"user_id": "newcomer", "staff_number": "D-0100", "display_name": "新来", "password": "a long enough word"}
GRANT = {"role": "analyst", "prefix": COUNTY, "valid_from": str(today()), "valid_to": ""}


def ledger_of(visitor: Browserless) -> Ledger:
    return visitor.served.house.desk.ledger


def proved(visitor: Browserless, user_id: str) -> Browserless:
    """Signed in as an administrator who has just given their password again."""
    return proved_again(visitor.sign_in(user_id))


def proved_again(visitor: Browserless) -> Browserless:
    assert visitor.post("/prove", {"next": "/accounts", "password": visitor.served.password}).status_code == 303
    return visitor


def test_one_administrator_asks_another_confirms_and_neither_can_do_both(own_visitor: Browserless) -> None:
    ledger = ledger_of(own_visitor)
    proved(own_visitor, "sysadmin")
    assert own_visitor.post("/accounts/new", NEW).status_code == 303
    assert own_visitor.post("/accounts/newcomer/grants", GRANT).status_code == 303
    [asked] = [one for one in grants.listed(ledger) if one.user_id == "newcomer"]
    assert own_visitor.post(f"/accounts/grants/{asked.sequence}/confirm", {}).status_code == 403
    newcomer = Browserless(own_visitor.served).sign_in("newcomer", NEW["password"])
    assert newcomer.get("/queue").status_code == 403
    proved(own_visitor, "secadmin")
    assert own_visitor.post("/accounts/new", {**NEW, "user_id": "other"}).status_code == 403
    assert own_visitor.post(f"/accounts/grants/{asked.sequence}/confirm", {}).status_code == 303
    assert newcomer.get("/queue").status_code == 200
    assert own_visitor.post(f"/accounts/grants/{asked.sequence}/end", {"reason": "调离"}).status_code == 303
    assert newcomer.get("/queue").status_code == 403
    acts = audit.entries(ledger)
    told = acts.filter(acts["subject"] == "newcomer")["act"].to_list()
    assert [one for one in told if one.startswith(("user.", "grant."))] == [
        *("user.created", "grant.asked", "grant.confirmed", "grant.ended")
    ]


def test_an_administrators_role_meets_no_other_in_one_person(own_visitor: Browserless) -> None:
    proved(own_visitor, "sysadmin")
    refused = own_visitor.post("/accounts/auditor/grants", {**GRANT, "role": "analyst"})
    assert refused.status_code == 409
    assert "不能由同一人担任" in refused.text
    assert not [
        one for one in grants.listed(ledger_of(own_visitor)) if (one.user_id, one.role) == ("auditor", Role.ANALYST)
    ]


def test_without_the_password_given_again_nothing_is_changed(own_visitor: Browserless) -> None:
    own_visitor.sign_in("sysadmin")
    for path, fields in (("/accounts/new", NEW), ("/accounts/analyst/disable", {"reason": "x"})):
        assert own_visitor.post(path, fields).status_code == 409
    assert own_visitor.post("/prove", {"next": "/accounts", "password": "wrong"}).status_code == 403
    assert users.get(ledger_of(own_visitor), "newcomer") is None
    analyst = users.get(ledger_of(own_visitor), "analyst")
    assert analyst is not None
    assert analyst.disabled_at is None


def test_what_was_typed_for_an_account_stands_in_its_form_again_after_a_refusal_and_after_the_password(
    own_visitor: Browserless,
) -> None:
    own_visitor.sign_in("sysadmin")
    assert NEW["display_name"] not in own_visitor.post("/accounts/new", NEW).text
    assert own_visitor.post("/prove", {"next": "/accounts", "password": "wrong"}).status_code == 403
    shown = proved_again(own_visitor).get("/accounts").text
    assert [shown.count(f'value="{NEW[field]}"') for field in ("user_id", "staff_number", "display_name")] == [1, 1, 1]
    assert NEW["password"] not in shown
    assert NEW["staff_number"] not in own_visitor.get("/accounts").text
    refused = own_visitor.post("/accounts/new", {**NEW, "password": "short"})
    assert (refused.status_code, f'value="{NEW["staff_number"]}"' in refused.text) == (409, True)
    refused = own_visitor.post("/accounts/auditor/grants", {**GRANT, "valid_to": "2027-02-30"})
    assert refused.status_code == 409
    [form] = re.findall(r'<details class="more" open>.*?</details>', refused.text, re.DOTALL)
    for piece in ("/accounts/auditor/grants", 'value="analyst" selected', f'value="{COUNTY}"', 'value="2027-02-30"'):
        assert piece in form, piece


def test_who_is_shut_out_is_out_at_once_and_may_be_let_in_again(own_visitor: Browserless) -> None:
    analyst = Browserless(own_visitor.served).sign_in("analyst")
    proved(own_visitor, "sysadmin")
    assert own_visitor.post("/accounts/sysadmin/disable", {"reason": "自己"}).status_code == 409
    assert own_visitor.post("/accounts/analyst/disable", {"reason": "离岗"}).status_code == 303
    assert analyst.get("/queue").status_code == 303
    with pytest.raises(AssertionError):
        analyst.sign_in("analyst")
    assert own_visitor.post("/accounts/analyst/enable", {"reason": "返岗"}).status_code == 303
    assert own_visitor.post("/accounts/analyst/password", {"password": "short"}).status_code == 409
    assert own_visitor.post("/accounts/analyst/password", {"password": "another long word"}).status_code == 303
    assert analyst.sign_in("analyst", "another long word").get("/queue").status_code == 200


def test_a_changed_password_ends_every_other_session(own_visitor: Browserless) -> None:
    elsewhere = Browserless(own_visitor.served).sign_in("analyst")
    own_visitor.sign_in("analyst")
    wrong = {"password": "wrong", "new_password": "a new long word"}
    assert own_visitor.post("/settings/password", wrong).status_code == 409
    right = {"password": own_visitor.served.password, "new_password": "a new long word"}
    assert own_visitor.post("/settings/password", right).status_code == 303
    assert own_visitor.get("/queue").status_code == 200
    assert elsewhere.get("/queue").status_code == 303
    assert own_visitor.post("/settings/sessions/end", {}).status_code == 303
    assert sessions.listed(ledger_of(own_visitor), "analyst") == []


def test_a_preference_follows_the_person_to_another_browser(own_visitor: Browserless) -> None:
    own_visitor.sign_in("analyst").post("/settings/preferences", {"language": "en"})
    elsewhere = Browserless(own_visitor.served).sign_in("analyst").get("/queue").text
    assert '<html lang="en">' in elsewhere
    assert 'data-shortcuts="off"' in elsewhere


def test_a_supervisor_sets_the_budget_of_own_regions_alone(own_visitor: Browserless) -> None:
    desk = own_visitor.served.house.desk
    budget = {"prefix": COUNTY, "cases": "3", "reason": "两名核对员"}
    assert own_visitor.sign_in("analyst").post("/settings/budget", budget).status_code == 403
    own_visitor.sign_in("supervisor")
    assert own_visitor.post("/settings/budget", {**budget, "prefix": "3301"}).status_code == 409
    told = own_visitor.post("/settings/budget", budget)
    assert told.status_code == 200
    assert "两名核对员" in told.text
    [kept] = case_budget.in_force(desk.ledger)
    assert (kept.region_prefix, kept.cases, kept.by_whom) == (COUNTY, 3, "supervisor")


def test_a_filter_kept_under_a_name_is_ones_own(own_visitor: Browserless) -> None:
    chosen = {"name": "紧急的", "view": "unassigned", "severity": "urgent"}
    answer = own_visitor.sign_in("analyst").post("/queue/filters", chosen)
    assert answer.headers["location"] == "/queue?view=unassigned&severity=urgent"
    assert "紧急的" in own_visitor.get("/queue").text
    other = Browserless(own_visitor.served).sign_in("analyst2")
    assert "紧急的" not in other.get("/queue").text
    own_visitor.post("/queue/filters/remove", {"name": "紧急的", "back": "//elsewhere.test"})
    assert "紧急的" not in own_visitor.get("/queue").text


def test_many_cases_are_given_at_once_and_what_cannot_be_is_told(own_visitor: Browserless) -> None:
    desk = own_visitor.served.house.desk
    found = page(desk, EVERYWHERE, Filters(unassigned=True)).cases
    within = [case for case in found if case.region_code.startswith(SUBDISTRICT)]
    without = [case for case in found if not case.region_code.startswith(SUBDISTRICT)]
    assert within
    assert without
    assert own_visitor.sign_in("analyst").post("/queue/assign", assigned("analyst2", within)).status_code == 403
    own_visitor.sign_in("supervisor")
    told = own_visitor.post("/queue/assign", assigned("analyst2", [within[0], without[0]]))
    assert "已分派 1 件，1 件没有分派" in told.text
    assert "不在该人员的辖区" in told.text
    assert status_of(own_visitor, within[0]) == (Status.REVIEW, "analyst2")
    assert status_of(own_visitor, without[0]) == (Status.NEW, None)
    again = own_visitor.post("/queue/assign", assigned("analyst2", [within[0]]))
    assert "已被他人更新" in again.text
    assert own_visitor.post("/queue/assign", assigned("auditor", [without[0]])).status_code == 404


def test_accounts_and_settings_are_whole_and_readable_in_both_languages(own_watched: Watched) -> None:
    for language in ("zh", "en"):
        shown = own_watched.sign_in("sysadmin", language).open("/accounts")
        assert own_watched.unreadable_for_some() == []
        shown.fill("input[name=password]", own_watched.served.password)
        shown.locator("main form button").first.click()
        expect(shown.locator("#new")).to_be_visible()
        shown.locator("details").first.locator("summary").click()
        assert own_watched.unreadable_for_some() == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= 1366
        own_watched.sign_in("supervisor", language)
        for path in ("/settings", "/queue"):
            own_watched.open(path)
            assert own_watched.unreadable_for_some() == [], path
            assert shown.evaluate("document.documentElement.scrollWidth") <= 1366


def test_a_supervisor_ticks_cases_and_gives_them_in_a_browser(own_watched: Watched) -> None:
    shown = own_watched.sign_in("supervisor").open("/queue")
    boxes = shown.locator("input[form=assign]")
    for place in range(2):
        boxes.nth(place).check()
    shown.select_option("#assign select", "analyst")
    shown.get_by_role("button", name="分派所选").click()
    shown.wait_for_url(re.compile(r"/queue/assign$"))
    expect(shown.locator(".banner.good")).to_contain_text("已分派 2 件")


def assigned(to: str, chosen: list[Case]) -> dict[str, object]:
    return {"to": to, "case": [f"{case.case_id}:{case.version}" for case in chosen]}


def status_of(visitor: Browserless, case: Case) -> tuple[Status, str | None]:
    found = cases.get(visitor.served.house.desk, EVERYWHERE, case.case_id)
    assert found is not None
    return found.status, found.assignee
