"""Proving again who one is by the sign-in provider: asked anew, of the same person, for this session, once."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.moment import today
from ledger import audit, grants, sessions, users
from ledger.case_words import Role
from tests.openid_provider import OpenIdProvider
from tests.workbench.browsing import Watched
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from tests.workbench.test_oidc import FAR, linked, returns, vouched
from tests.workbench.test_oidc import refusals as login_refusals
from workbench.accounts import COUNTY, SECURITY, SYSTEM
from workbench.security import typed
from workbench.security.passwords import hashed
from workbench.web import proving

PERSON = "person-1"
FORM = {"view": "all", "severity": "urgent", "reason": "年度核查 annual", "recipient": "街道民政办", "clear": "true"}


@pytest.fixture
def supervisor(oidc_served: Served, provider: OpenIdProvider) -> Browserless:
    """A supervisor who came by the provider."""
    linked(oidc_served, provider, "supervisor", PERSON)
    visitor = Browserless(oidc_served)
    assert returns(visitor, PERSON).status_code == 303
    return visitor


def way_back(visitor: Browserless, person: str = PERSON, page: str = "/exports") -> str:
    """Ask to prove oneself for a page; where the provider sends this person back to."""
    return vouched(visitor, f"/prove/oidc?next={page}", person)


def fresh(visitor: Browserless) -> bool:
    session = sessions.find(visitor.served.house.desk.ledger, visitor.cookies["__Host-session"])
    return session is not None and session.stepped_up_at is not None


def second_administrator(served: Served, provider: OpenIdProvider) -> None:
    """Another system administrator, whom the provider knows: nobody asks for a link of their own."""
    ledger, name = served.house.desk.ledger, {"staff_number": "D-0099", "display_name": "系统管理员丙"}
    users.create(ledger, "sysadmin2", **name, password_hash=hashed(served.password), by=SYSTEM.user_id)
    role = {"valid_from": today(), "valid_to": None, "by": SYSTEM.user_id}
    grants.confirm(ledger, grants.ask(ledger, "sysadmin2", Role.SYSTEM_ADMIN, "", **role), by=SECURITY.user_id)
    linked(served, provider, "sysadmin2", PERSON)


def refusals(served: Served) -> list[str]:
    return login_refusals(served, "session.step_up_refused")


def test_a_fresh_proof_of_the_same_person_opens_clear_values_renews_the_session_and_keeps_what_was_typed(
    supervisor: Browserless, provider: OpenIdProvider
) -> None:
    assert 'name="clear"' not in supervisor.get("/exports").text
    led = supervisor.post("/prove/oidc", {**FORM, "next": "/exports", "password": "x"})
    assert led.status_code == 200
    assert "/prove/oidc?next=/exports" in led.text
    assert FORM["reason"] not in supervisor.cookies["__Host-typed"]
    before = supervisor.cookies["__Host-session"]
    begun = supervisor.get("/prove/oidc?next=/exports")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert (asked["prompt"], asked["max_age"], asked["response_type"]) == (["login"], ["0"], ["code"])
    answer = supervisor.request("GET", way_back(supervisor), headers=FAR)
    assert (answer.status_code, answer.headers["location"]) == (303, "/exports")
    assert supervisor.cookies["__Host-session"] != before
    assert sessions.find(supervisor.served.house.desk.ledger, before) is None
    assert fresh(supervisor)
    shown = supervisor.get("/exports").text
    for piece in ('value="all" selected', 'value="urgent" selected', FORM["reason"], FORM["recipient"], "checked"):
        assert piece in shown, piece
    assert supervisor.post("/exports", FORM).status_code == 303
    assert FORM["reason"] not in supervisor.get("/exports").text.split('id="my-exports"')[0]
    told = audit.entries(supervisor.served.house.desk.ledger).filter(act="session.stepped_up")
    assert told["by_whom"].to_list() == ["supervisor"]
    assert "oidc" in told["detail"][0]
    assert PERSON not in str(audit.entries(supervisor.served.house.desk.ledger).to_dicts())


def test_another_person_of_the_provider_proves_nothing(supervisor: Browserless, provider: OpenIdProvider) -> None:
    linked(supervisor.served, provider, "reviewer", "person-2")
    for person in ("person-2", "stranger"):
        before = supervisor.cookies["__Host-session"]
        answer = supervisor.request("GET", way_back(supervisor, person), headers=FAR)
        assert answer.status_code == 403
        assert "另一个人" in answer.text
        assert person not in answer.text
        assert supervisor.cookies["__Host-session"] == before
        assert not fresh(supervisor)
        assert supervisor.get("/exports").status_code == 200
    assert refusals(supervisor.served) == ["another person"] * 2
    assert "person-2" not in str(audit.entries(supervisor.served.house.desk.ledger).to_dicts())


@pytest.mark.parametrize("ago", [None, 3_600, 90, -3_600])
def test_a_proof_that_is_older_than_the_asking_or_of_no_known_time_does_not_count(
    supervisor: Browserless, provider: OpenIdProvider, ago: int | None
) -> None:
    provider.proved_ago = ago
    answer = supervisor.request("GET", way_back(supervisor), headers=FAR)
    assert answer.status_code == 403
    assert "没有请您重新登录" in answer.text
    assert 'href="/exports"' in answer.text
    assert not fresh(supervisor)
    assert refusals(supervisor.served) == ["auth_time"]
    supervisor.cookies["__Host-language"] = "en"
    assert "did not ask you to sign in anew" in supervisor.request("GET", way_back(supervisor), headers=FAR).text


@pytest.mark.parametrize("claimed", [True, "1", 1.5, 0])
def test_a_time_that_is_no_number_of_seconds_is_no_time(
    supervisor: Browserless, provider: OpenIdProvider, claimed: object
) -> None:
    provider.claims = {"auth_time": claimed}
    assert supervisor.request("GET", way_back(supervisor), headers=FAR).status_code == 403
    assert not fresh(supervisor)


def test_a_proof_counts_once_in_the_browser_and_the_session_that_asked_for_it(
    supervisor: Browserless, provider: OpenIdProvider
) -> None:
    back = way_back(supervisor)
    kept = dict(supervisor.cookies)
    other = Browserless(supervisor.served).sign_in("supervisor")
    assert other.request("GET", back, headers=FAR).status_code == 403
    other.cookies["__Host-oidc"] = kept["__Host-oidc"]
    assert other.request("GET", back, headers=FAR).status_code == 403
    assert not fresh(other)
    back = way_back(supervisor)
    kept = dict(supervisor.cookies)
    assert supervisor.request("GET", back, headers=FAR).status_code == 303
    supervisor.cookies["__Host-oidc"] = kept["__Host-oidc"]
    again = supervisor.request("GET", back, headers=FAR)
    assert again.status_code == 403
    assert "已用过" in again.text
    assert refusals(supervisor.served)[-1] == "replayed"


def test_a_way_to_sign_in_proves_nothing_and_a_way_to_prove_signs_nobody_in(
    supervisor: Browserless, provider: OpenIdProvider
) -> None:
    assert returns(supervisor, PERSON).status_code == 303
    assert not fresh(supervisor)
    back = way_back(supervisor)
    del supervisor.cookies["__Host-session"]
    assert supervisor.request("GET", back, headers=FAR).status_code == 403
    assert "__Host-session" not in supervisor.cookies
    assert refusals(supervisor.served) == ["session"]


def test_a_shut_account_a_provider_that_refuses_or_is_down_proves_nothing(
    supervisor: Browserless, provider: OpenIdProvider
) -> None:
    ledger = supervisor.served.house.desk.ledger
    answer = supervisor.request("GET", re.sub("code=[^&]*", "error=access_denied", way_back(supervisor)), headers=FAR)
    assert answer.status_code == 403
    assert supervisor.get("/exports").status_code == 200
    back = way_back(supervisor)
    users.disable(ledger, "supervisor", by=SYSTEM.user_id, reason="left")
    assert supervisor.request("GET", back, headers=FAR).status_code == 403
    assert refusals(supervisor.served) == ["provider", "shut"]


def test_a_local_account_is_not_led_to_the_provider_and_proves_itself_by_password(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    local = Browserless(oidc_served).sign_in("supervisor")
    assert "/prove/oidc" not in local.get("/exports").text
    assert local.get("/prove/oidc?next=/exports").status_code == 404
    assert local.post("/prove/oidc", {"next": "/exports"}).status_code == 404
    assert local.post("/prove", {"next": "/exports", "password": oidc_served.password}).status_code == 303
    assert fresh(local)
    told = audit.entries(oidc_served.house.desk.ledger).filter(act="session.stepped_up")
    assert "password" in told["detail"][0]


def test_nobody_is_led_elsewhere_after_a_proof(supervisor: Browserless) -> None:
    for elsewhere in ("https://elsewhere.test", "//elsewhere.test", "/queue"):
        assert supervisor.get(f"/prove/oidc?next={elsewhere}").status_code == 422
        told = {"next": elsewhere, "password": supervisor.served.password}
        assert supervisor.post("/prove", told).status_code == 422


def test_what_was_typed_is_given_back_to_its_person_on_its_page_for_ten_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    master = b"m" * 32
    told = {"user_id": "li", "page": "/exports", "master": master}
    cookie = typed.sealed({"reason": "用途"}, **told)
    assert typed.opened(cookie, **told) == {"reason": "用途"}
    for changed in ({"user_id": "wang"}, {"page": "/accounts"}, {"master": b"n" * 32}):
        assert typed.opened(cookie, **{**told, **changed}) == {}
    for broken in ("", "x", "纸", cookie[:-4]):
        assert typed.opened(broken, **told) == {}
    later = typed.now() + typed.LIFE
    monkeypatch.setattr(typed, "now", lambda: later)
    assert typed.opened(cookie, **told) == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_administrator_whose_proof_grew_old_proves_it_anew_without_losing_what_they_typed(
    page: Page, oidc_served: Served, provider: OpenIdProvider, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_administrator(oidc_served, provider)
    watched = Watched(page, oidc_served, known=(urlsplit(provider.address).netloc,)).sign_in("sysadmin2", language)

    def prove() -> None:
        name = {"zh": "用统一身份认证确认身份", "en": "Prove it is you by single sign-on"}[language]
        page.get_by_role("button", name=name).click()
        page.get_by_role("link", name={"zh": "前往统一身份认证", "en": "Go to single sign-on"}[language]).click()
        page.get_by_label("Person").fill(PERSON)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url(f"{oidc_served.address}/accounts")

    watched.open("/accounts")
    prove()
    form = page.locator("form[action='/accounts/analyst/grants']")
    form.locator("..").locator("summary").click()
    form.locator("select").select_option("issuer")
    form.locator("input[name=prefix]").fill(COUNTY)
    form.locator("input[name=valid_to]").fill("2030-12-31")
    with monkeypatch.context() as later:
        later.setattr(proving, "FRESH", timedelta(0))
        form.locator("button").click()
        expect(page.locator(".banner.bad")).to_be_visible()
        expect(form).to_have_count(0)
    watched.trouble = [one for one in watched.trouble if "status of 409" not in one]
    prove()
    expect(form).to_be_visible()
    expect(form.locator("select")).to_have_value("issuer")
    expect(form.locator("input[name=prefix]")).to_have_value(COUNTY)
    expect(form.locator("input[name=valid_to]")).to_have_value("2030-12-31")
    watched.open("/accounts")
    expect(form).to_be_hidden()
    assert watched.trouble == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_person_at_a_browser_proves_themselves_by_the_provider_without_losing_what_they_typed(
    page: Page, oidc_served: Served, provider: OpenIdProvider, language: str
) -> None:
    linked(oidc_served, provider, "supervisor", PERSON)
    watched = Watched(page, oidc_served, known=(urlsplit(provider.address).netloc,)).sign_in("supervisor", language)
    watched.open("/exports")
    page.select_option("select[name=view]", "all")
    page.fill("input[name=reason]", "年度核查")
    by_provider = {"zh": "用统一身份认证确认身份", "en": "Prove it is you by single sign-on"}[language]
    page.locator("#asking ~ .inside summary").click()
    page.get_by_role("button", name=by_provider).click()
    expect(page.locator("h1")).to_have_text({"zh": "确认身份", "en": "Prove it is you"}[language])
    assert watched.unreadable_for_some() == []
    go = page.get_by_role("link", name={"zh": "前往统一身份认证", "en": "Go to single sign-on"}[language])
    go.click()
    page.get_by_label("Person").fill("somebody-else")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("h1")).to_have_text({"zh": "身份没有确认", "en": "It was not proved that it is you"}[language])
    assert watched.unreadable_for_some() == []
    watched.trouble = [one for one in watched.trouble if "status of 403" not in one]
    page.get_by_role("link", name={"zh": "返回", "en": "Back"}[language], exact=True).click()
    expect(page.locator("input[name=reason]")).to_have_value("年度核查")
    page.get_by_role("button", name=by_provider).click()
    go.click()
    page.get_by_label("Person").fill(PERSON)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{oidc_served.address}/exports")
    expect(page.locator("input[name=reason]")).to_have_value("年度核查")
    expect(page.locator("select[name=view]")).to_have_value("all")
    expect(page.locator("input[name=clear]")).to_be_visible()
    assert [provider.asked[-1][name] for name in ("prompt", "max_age")] == ["login", "0"]
    assert watched.trouble == []
