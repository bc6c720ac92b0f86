"""Who may come in: every route has a door, and every door holds."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from ledger.case_words import Role
from tests.workbench.served import Served
from tests.workbench.signing_in import OWN_PAGE, Browserless
from workbench.accounts import ACCOUNTS, SECURITY, SYSTEM
from workbench.security.policy import Door, FromBrowser, Open, door_of, doorless, routes

WHO = {account.user_id: frozenset({account.role}) for account in ACCOUNTS}
WHO |= {SYSTEM.user_id: frozenset({Role.SYSTEM_ADMIN}), SECURITY.user_id: frozenset({Role.SECURITY_ADMIN})}


def test_every_route_has_a_door(served: Served) -> None:
    assert doorless(served.app) == []
    assert len(routes(served.app)) > 10


def test_a_new_route_without_a_door_is_found(own_served: Served) -> None:
    router = APIRouter()

    @router.get("/forgotten")
    def forgotten() -> str:
        return "open to all"

    own_served.app.include_router(router)
    assert doorless(own_served.app) == ["['GET'] /forgotten"]


def test_only_signing_in_the_language_the_health_and_reports_are_open_to_strangers(served: Served) -> None:
    open_to_all = {route.path for route in routes(served.app) if isinstance(door_of(route), Open | FromBrowser)}
    assert open_to_all == {"/login", "/login/oidc", "/login/oidc/return", "/language", "/healthy", "/policy-report"}


def test_a_stranger_is_sent_to_sign_in_from_every_other_page(served: Served) -> None:
    stranger = Browserless(served)
    for route, method in _doors(served):
        answer = stranger.request(method, _address(route), headers=OWN_PAGE)
        assert answer.status_code == 303, (method, route.path)
        assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("user_id", sorted(WHO))
def test_a_page_opens_only_for_the_roles_of_its_door(served: Served, user_id: str) -> None:
    visitor = Browserless(served).sign_in(user_id)
    for route, method in _doors(served):
        door = door_of(route)
        assert isinstance(door, Door)
        allowed = bool(door.roles & WHO[user_id])
        if method == "GET":
            status = visitor.get(_address(route)).status_code
            assert (status == 403) is not allowed, (user_id, method, route.path, status)
        elif not allowed:
            status = visitor.post(_address(route), {}).status_code
            assert status in (403, 422), (user_id, method, route.path, status)


@pytest.mark.parametrize("user_id", ["analyst", "auditor"])
def test_an_unsafe_request_without_its_token_or_from_another_site_changes_nothing(served: Served, user_id: str) -> None:
    visitor = Browserless(served).sign_in(user_id)
    stolen = Browserless(served).sign_in("analyst2").token()
    for route, method in _doors(served):
        if method == "GET" or route.path == "/logout":
            continue
        address = _address(route)
        for fields, headers in (
            ({}, OWN_PAGE),
            ({"csrf": "0" * 32}, OWN_PAGE),
            ({"csrf": stolen}, OWN_PAGE),
            ({"csrf": visitor.token()}, {"sec-fetch-site": "cross-site"}),
            ({"csrf": visitor.token()}, {"origin": "https://elsewhere.test"}),
        ):
            answer = visitor.request("POST", address, data=fields, headers=headers)
            assert answer.status_code == 403, (route.path, fields, headers, answer.status_code)


def test_signing_in_needs_a_token_of_the_visit(served: Served) -> None:
    answer = Browserless(served).request(
        "POST", "/login", data={"user_id": "analyst", "password": "x"}, headers=OWN_PAGE
    )
    assert answer.status_code == 403


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(own_visitor: Browserless) -> None:
    wrong = own_visitor.post("/login", {"user_id": "analyst", "password": "wrong"}, token_from="/login")
    unknown = own_visitor.post("/login", {"user_id": "nobody", "password": "wrong"}, token_from="/login")
    assert wrong.status_code == unknown.status_code == 401
    without_token = [answer.text.replace(own_visitor.token("/login"), "") for answer in (wrong, unknown)]
    assert without_token[0] == without_token[1]


def test_the_fifth_wrong_password_shuts_the_account_even_for_the_right_one(own_visitor: Browserless) -> None:
    for _ in range(5):
        own_visitor.post("/login", {"user_id": "analyst", "password": "wrong"}, token_from="/login")
    with pytest.raises(AssertionError):
        own_visitor.sign_in("analyst")


def test_after_signing_out_the_old_cookie_opens_nothing(own_visitor: Browserless) -> None:
    own_visitor.sign_in("analyst")
    kept = dict(own_visitor.cookies)
    assert own_visitor.post("/logout", {}).status_code == 303
    own_visitor.cookies.update(kept)
    assert own_visitor.get("/").status_code == 303


def test_nobody_is_led_to_another_site_after_signing_in(visitor: Browserless) -> None:
    for elsewhere in ("//elsewhere.test", "https://elsewhere.test", "/\\elsewhere.test"):
        shown = visitor.get(f"/login?next={elsewhere}").text
        assert "elsewhere" not in shown.split('name="next"')[1].split(">")[0]


def test_cookies_are_for_this_host_alone_and_hidden_from_scripts(served: Served) -> None:
    visitor = Browserless(served)
    password_fields = {"user_id": "analyst", "password": served.password}
    for header in visitor.post("/login", password_fields, token_from="/login").headers.get_list("set-cookie"):
        assert header.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(header.split("; "))


def _doors(served: Served) -> list[tuple[APIRoute, str]]:
    return [
        (route, method)
        for route in routes(served.app)
        if isinstance(door_of(route), Door)
        for method in sorted(route.methods - {"HEAD"})
    ]


def _address(route: APIRoute) -> str:
    filled = {
        "{case_id}": "999999",
        "{run_id}": "none",
        "{notice_id}": "1",
        "{check_id}": "999999",
        "{user_id}": "nobody",
        "{grant_id}": "999999",
        "{link_id}": "999999",
        "{code}": "none",
        "{person_key}": "none",
        "{field}": "name",
    }
    path = route.path
    for name, value in filled.items():
        path = path.replace(name, value)
    return path
