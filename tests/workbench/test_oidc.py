"""Signing in by a provider: it says who somebody is, we say who may enter; what does not hold lets nobody in."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from core.errors import OperatorError
from core.settings import Settings
from ledger import account_links, audit, sessions, users
from tests.openid_provider import KEYS, OpenIdProvider, client_settings
from tests.workbench.browsing import Watched
from tests.workbench.served import Served
from tests.workbench.signing_in import OWN_PAGE, Browserless
from workbench.accounts import SECURITY, SYSTEM
from workbench.oidc.client import client_of
from workbench.oidc.visit import Visit, sealed

FAR = {"sec-fetch-site": "cross-site"}


def linked(served: Served, provider: OpenIdProvider, user_id: str = "analyst", subject: str = "person-1") -> None:
    """An account linked by two administrators."""
    ledger = served.house.desk.ledger
    link = account_links.ask(ledger, user_id, provider.address, subject, by=SYSTEM.user_id)
    account_links.confirm(ledger, link, by=SECURITY.user_id)


def sent_back(visitor: Browserless, person: str = "person-1", next: str = "/queue") -> str:
    """The way back that the provider sends somebody on, after they said there who they are."""
    return vouched(visitor, f"/login/oidc?next={next}", person)


def vouched(visitor: Browserless, begin: str, person: str) -> str:
    """The way back from the provider to whom a page of ours leads."""
    begun = visitor.get(begin)
    assert begun.status_code == 303, begun.text
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    address = begun.headers["location"].partition("?")[0]
    answer = httpx.post(address, data={**asked, "person": person})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"].removeprefix(visitor.served.address)


def returns(visitor: Browserless, person: str = "person-1") -> httpx.Response:
    """The whole way, up to our answer."""
    return visitor.request("GET", sent_back(visitor, person), headers=FAR)


def refusals(served: Served, act: str = "login.refused") -> list[str]:
    """Why people were not let in, or not believed, as the audit keeps it."""
    kept = audit.entries(served.house.desk.ledger).filter(act=act)
    return [re.search(r'"why": ?"([^"]*)"', str(one).replace("'", '"'))[1] for one in kept["detail"]]  # type: ignore[index]


def test_whom_the_provider_vouches_for_enters_the_linked_account_with_a_session_of_its_own(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider)
    visitor = Browserless(oidc_served).sign_in("viewer")
    before = visitor.cookies["__Host-session"]
    answer = returns(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert visitor.cookies["__Host-session"] != before
    assert sessions.find(oidc_served.house.desk.ledger, before) is None
    assert "陈静" in visitor.get("/queue").text
    acts = audit.entries(oidc_served.house.desk.ledger)
    assert acts.filter(act="login.succeeded")["by_whom"].to_list()[-1] == "analyst"
    assert not re.search("person-1|eyJ", str(acts.to_dicts()))


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # the provider's own signing under the older name
@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "Ed25519"])
def test_the_other_algorithms_are_taken_too(oidc_served: Served, provider: OpenIdProvider, algorithm: str) -> None:
    linked(oidc_served, provider)
    provider.algorithm = algorithm
    provider.rotate()
    assert returns(Browserless(oidc_served)).status_code == 303


def test_no_role_comes_from_a_claim(oidc_served: Served, provider: OpenIdProvider) -> None:
    linked(oidc_served, provider)
    provider.claims = {"roles": ["supervisor", "system_admin"], "groups": ["supervisor"]}
    visitor = Browserless(oidc_served)
    assert returns(visitor).status_code == 303
    assert visitor.get("/accounts").status_code == 403
    assert visitor.get("/review").status_code == 403


LATER, EARLIER = 3_600, -3_600
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"claims": {"iss": "https://elsewhere.test"}}, "invalid_claim iss"),
    "another audience": ({"claims": {"aud": ["another-client"]}}, "missing_claim azp"),
    "another audience, for whom we are named": (
        {"claims": {"aud": ["another-client"], "azp": "hedui workbench"}},
        "invalid_claim aud",
    ),
    "issued for another party": ({"claims": {"azp": "another-client"}}, "invalid_claim azp"),
    "expired": ({"claims": {"exp": EARLIER}}, "expired_token exp"),
    "expired by more than the skew": ({"claims": {"exp": -70}}, "expired_token exp"),
    "issued in the future": ({"claims": {"iat": LATER}}, "invalid_claim iat"),
    "another nonce": ({"claims": {"nonce": "of another visit"}}, "invalid_claim nonce"),
    "without nonce": ({"claims": {"nonce": None}}, "invalid_claim nonce"),
    "another access token's": ({"claims": {"at_hash": "AAAA"}}, "invalid_claim at_hash"),
    "no subject": ({"claims": {"sub": " "}}, "invalid_claim sub"),
    "tampered": ({"tampered": True}, "bad_signature"),
    "unsigned": ({"unsigned": True}, "unsupported_algorithm"),
    "signed with a secret": ({"shared_secret": True}, "unsupported_algorithm"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_token_that_does_not_hold_lets_nobody_in(oidc_served: Served, provider: OpenIdProvider, fault: str) -> None:
    linked(oidc_served, provider)
    bent, why = FAULTS[fault]
    for name, value in bent.items():
        setattr(provider, name, timed(value) if name == "claims" else value)
    visitor = Browserless(oidc_served)
    answer = returns(visitor)
    assert answer.status_code == 403
    assert "没有让您进入" in answer.text
    assert "__Host-session" not in visitor.cookies
    assert refusals(oidc_served) == [why]


def timed(claims: dict[str, Any]) -> dict[str, Any]:
    """Seconds from now as instants."""
    return {name: int(time.time()) + value if name in ("exp", "iat") else value for name, value in claims.items()}


def test_clocks_that_differ_by_less_than_a_minute_keep_nobody_out(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider)
    provider.claims = timed({"exp": -30, "iat": 30})
    assert returns(Browserless(oidc_served)).status_code == 303


def test_a_rotated_key_is_fetched_and_the_old_one_opens_nothing_more(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider)
    assert returns(Browserless(oidc_served)).status_code == 303
    old = provider.keys
    provider.rotate()
    assert returns(Browserless(oidc_served)).status_code == 303
    published, provider.keys = provider.keys, old
    way_back = sent_back(visitor := Browserless(oidc_served))
    issued = provider.id_token

    def with_the_old_key(token: str) -> str:
        provider.keys = published
        return issued(token)

    provider.id_token = with_the_old_key  # type: ignore[method-assign]
    assert visitor.request("GET", way_back, headers=FAR).status_code == 403


def test_a_key_of_the_same_name_with_other_contents_is_fetched_anew(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider)
    assert returns(Browserless(oidc_served)).status_code == 303
    provider.keys = [KEYS["RS256"](provider.keys[0].kid)]
    assert returns(Browserless(oidc_served)).status_code == 303


def test_the_way_back_is_for_the_browser_that_set_out_and_for_one_use(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider)
    visitor, other = Browserless(oidc_served), Browserless(oidc_served)
    way_back = sent_back(visitor)
    assert "不是从本浏览器" in other.request("GET", way_back, headers=FAR).text
    sent_back(other)
    assert other.request("GET", way_back, headers=FAR).status_code == 403
    kept = dict(visitor.cookies)
    assert visitor.request("GET", way_back, headers=FAR).status_code == 303
    assert visitor.cookies["__Host-oidc"] == ""
    thief = Browserless(oidc_served)
    thief.cookies.update(kept)
    assert thief.request("GET", way_back, headers=FAR).status_code == 403
    assert refusals(oidc_served) == ["replayed"]


def test_a_way_back_after_ten_minutes_leads_nowhere(oidc_served: Served) -> None:
    visitor = Browserless(oidc_served)
    late = Visit("state", "nonce", "verifier", "/", "2026-01-01T00:00:00+00:00")
    visitor.cookies["__Host-oidc"] = sealed(late, oidc_served.house.master)
    assert "十分钟" in visitor.get("/login/oidc/return?state=state&code=x").text
    visitor.cookies["__Host-oidc"] = "forged"
    assert visitor.get("/login/oidc/return?state=state&code=x").status_code == 403


def test_what_the_provider_refuses_or_another_issuer_answers_lets_nobody_in(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider)
    visitor = Browserless(oidc_served)
    way_back = sent_back(visitor)
    assert visitor.request("GET", re.sub("code=[^&]*", "error=access_denied", way_back), headers=FAR).status_code == 403
    way_back = sent_back(visitor)
    assert visitor.request("GET", f"{way_back}&iss=https://elsewhere.test", headers=FAR).status_code == 403
    way_back = sent_back(visitor)
    assert visitor.request("GET", re.sub("code=[^&]*", "code=made-up", way_back), headers=FAR).status_code == 403
    assert refusals(oidc_served) == ["provider", "mixed_up issuer", "code"]


def test_an_unknown_person_is_told_who_must_act_and_gets_no_account(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    before = len(users.listed(oidc_served.house.desk.ledger))
    answer = returns(Browserless(oidc_served), "stranger-9")
    assert answer.status_code == 403
    assert "系统管理员" in answer.text
    assert "stranger-9" in answer.text
    assert len(users.listed(oidc_served.house.desk.ledger)) == before
    assert refusals(oidc_served) == ["unknown"]
    assert "stranger-9" not in str(audit.entries(oidc_served.house.desk.ledger).to_dicts())


def test_a_locked_or_shut_account_stays_shut_for_whom_the_provider_vouches(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    linked(oidc_served, provider)
    ledger = oidc_served.house.desk.ledger
    for _ in range(5):
        users.failed(ledger, "analyst")
    assert "暂时锁定" in returns(Browserless(oidc_served)).text
    users.set_password(ledger, "analyst", "x", by=SYSTEM.user_id)
    users.disable(ledger, "analyst", by=SYSTEM.user_id, reason="left")
    assert returns(Browserless(oidc_served)).status_code == 403
    assert refusals(oidc_served) == ["locked", "disabled"]


def test_a_provider_that_is_down_is_named_and_local_sign_in_goes_on(
    oidc_served: Served, provider: OpenIdProvider
) -> None:
    provider.down = True
    answer = Browserless(oidc_served).get("/login/oidc")
    assert answer.status_code == 503
    assert "运维人员" in answer.text
    assert Browserless(oidc_served).get("/login").status_code == 200
    Browserless(oidc_served).sign_in("analyst")


def test_a_second_factor_may_be_demanded(
    oidc_served: Served, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(oidc_served, provider)
    found = oidc_served.house.provider
    assert found is not None
    demanding = oidc_served.house.settings.model_copy(update={"oidc_required_amr": "otp hwk", "oidc_required_acr": "2"})
    monkeypatch.setattr(found, "client", client_of(demanding))
    for claims, status in (
        ({}, 403),
        ({"amr": ["pwd"], "acr": "2"}, 403),
        ({"amr": ["pwd", "otp"], "acr": "1"}, 403),
        ({"amr": ["pwd", "otp"], "acr": "2"}, 303),
    ):
        provider.claims = claims
        assert returns(Browserless(oidc_served)).status_code == status, claims
    assert refusals(oidc_served) == ["amr", "amr", "acr"]


def test_two_administrators_link_an_account_on_their_page(oidc_served: Served, provider: OpenIdProvider) -> None:
    system, security = (Browserless(oidc_served).sign_in(one.user_id) for one in (SYSTEM, SECURITY))
    assert system.post("/accounts/analyst/link", {"subject": "person-1"}).status_code == 409
    for one in (system, security):
        assert one.post("/prove", {"next": "/accounts", "password": oidc_served.password}).status_code == 303
    assert system.post("/accounts/analyst/link", {"subject": "person-1"}).status_code == 303
    assert returns(Browserless(oidc_served)).status_code == 403
    assert system.post("/accounts/links/1/confirm", {}).status_code == 403
    assert security.post("/accounts/links/1/confirm", {}).status_code == 303
    assert returns(Browserless(oidc_served)).status_code == 303
    assert security.post("/accounts/links/1/end", {"reason": "离岗"}).status_code == 303
    assert returns(Browserless(oidc_served)).status_code == 403


def test_without_a_provider_there_is_neither_button_nor_way(served: Served) -> None:
    visitor = Browserless(served)
    assert "/login/oidc" not in visitor.get("/login").text
    assert visitor.get("/login/oidc").status_code == 404
    assert visitor.request("GET", "/login/oidc/return?code=1&state=1", headers=OWN_PAGE).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"environment": "production"},
        {"oidc_issuer": "http://id.example.test"},
        {"oidc_issuer": "https://user:word@id.example.test"},
        {"oidc_client_id": None},
        {"oidc_client_secret_file": None},
        {"workbench_url": None},
    ],
)
def test_a_provider_set_in_part_or_without_tls_is_refused_at_the_start(
    tmp_path: Any, provider: OpenIdProvider, changed: dict[str, Any]
) -> None:
    told = {**client_settings(provider, "http://127.0.0.1:1", tmp_path), **changed}
    with pytest.raises(OperatorError, match=r"oidc\.settings"):
        client_of(Settings(home=tmp_path).model_copy(update=told))


def test_production_takes_an_issuer_behind_tls(tmp_path: Any, provider: OpenIdProvider) -> None:
    told = client_settings(provider, "https://hedui.example.test", tmp_path)
    told |= {"oidc_issuer": "https://id.example.test", "environment": "production"}
    client = client_of(Settings(home=tmp_path).model_copy(update=told))
    assert client is not None
    assert not client.may_ask("http://127.0.0.1/token")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_person_at_a_browser_signs_in_by_the_provider_and_out_again(
    page: Page, oidc_served: Served, provider: OpenIdProvider, language: str
) -> None:
    linked(oidc_served, provider)
    watched = Watched(page, oidc_served, known=(urlsplit(provider.address).netloc,))
    page.goto(f"{oidc_served.address}/login?next=/queue")
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
        page.goto(f"{oidc_served.address}/login?next=/queue")
    assert watched.unreadable_for_some() == []
    by_provider = {"zh": "用统一身份认证登录", "en": "Sign in by single sign-on"}[language]
    page.get_by_role("link", name=by_provider).click()
    page.get_by_label("Person").fill("stranger")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("code")).to_have_text("stranger")
    assert watched.unreadable_for_some() == []
    watched.trouble = [one for one in watched.trouble if "status of 403" not in one]
    page.get_by_role("link", name={"zh": "回到登录页", "en": "Back to signing in"}[language]).click()
    page.goto(f"{oidc_served.address}/login?next=/queue")
    page.get_by_role("link", name=by_provider).click()
    page.get_by_label("Person").fill("person-1")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{oidc_served.address}/queue")
    page.get_by_role("button", name={"zh": "退出", "en": "Sign out"}[language]).click()
    page.get_by_role(
        "link", name={"zh": "同时退出统一身份认证", "en": "Sign out of single sign-on too"}[language]
    ).click()
    page.get_by_role("link", name="Back").click()
    page.wait_for_url(f"{oidc_served.address}/login")
    assert watched.trouble == []
