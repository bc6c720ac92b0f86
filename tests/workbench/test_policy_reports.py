"""What browsers report against the content security policy: taken from anybody, kept as counts, quoted nowhere."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page

from ledger import policy_reports
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from tests.workbench.test_doors import WHO
from workbench.security.policy import Open
from workbench.security.policy_reports import A_MINUTE, MOST_BYTES

SECRET = "王小川110105194912310021"
CSP = "application/csp-report"


def report(served: Served, body: Any, media: str = CSP, **headers: str) -> httpx.Response:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(f"{served.address}/policy-report", content=sent, headers={"content-type": media, **headers})


def violation(directive: str = "img-src", page: str = "/cases/7") -> dict[str, Any]:
    told = {"document-uri": f"http://x{page}?name={SECRET}", "blocked-uri": f"https://elsewhere.test/{SECRET}"}
    return {"csp-report": {**told, "effective-directive": directive, "script-sample": SECRET, "referrer": SECRET}}


def test_a_report_is_counted_by_directive_and_by_our_own_page_and_nothing_of_it_is_quoted(
    own_served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for told in (
            violation(),
            violation(page="/cases/8"),
            violation("script-src-elem", "/queue"),
            violation(f"made-up {SECRET}", f"/{SECRET}"),
            violation(SECRET, "/static/x"),
        ):
            assert report(own_served, told).status_code == 204
        body = {"effectiveDirective": "style-src-attr", "documentURL": f"http://x/runs/{SECRET}", "sample": SECRET}
        several = [{"type": "csp-violation", "body": body}, {"type": "deprecation", "body": {"id": SECRET}}]
        assert report(own_served, several, "application/reports+json; charset=utf-8").status_code == 204
    assert own_served.house.policy_reports.counts == {
        ("img-src", "/cases/{case_id}"): 2,
        ("script-src-elem", "/queue"): 1,
        ("other", "other"): 2,
        ("style-src-attr", "/runs/{run_id}"): 1,
    }
    assert "csp.violation img-src /cases/{case_id} (2 since the start)" in caplog.text
    for piece in (SECRET, SECRET[:3], SECRET[3:], "elsewhere", "cases/7", "name="):
        assert piece not in caplog.text, piece


def test_what_is_too_long_no_report_or_unreadable_is_refused_and_not_counted(own_served: Served) -> None:
    long = violation()
    long["csp-report"]["script-sample"] = "x" * MOST_BYTES
    assert report(own_served, long).status_code == 413
    assert report(own_served, violation(), "application/x-www-form-urlencoded").status_code == 415
    assert report(own_served, violation(), "text/html").status_code == 415
    for body in (b"", b"{", b"[" * 9_000, b"\xff\xfe", {}, [], [1], {"csp-report": "x"}, "x", None):
        assert report(own_served, body).status_code == 422, body
    assert not own_served.house.policy_reports.counts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_administrators_see_the_counts_of_every_process_on_their_settings_and_nobody_else_does(
    own_served: Served, language: str
) -> None:
    visitors = {one: Browserless(own_served) for one in ("sysadmin", "secadmin", "supervisor")}
    for user_id, visitor in visitors.items():
        visitor.sign_in(user_id).cookies["__Host-language"] = language
    nothing = {"zh": "没有收到报告", "en": "No reports came"}[language]
    assert [nothing in one.get("/settings").text for one in visitors.values()] == [True, True, False]
    assert report(own_served, violation()).status_code == 204
    policy_reports.count(own_served.house.desk.ledger, {("img-src", "/cases/{case_id}"): 3, ("script-src", "other"): 2})
    policy_reports.count(own_served.house.desk.ledger, {("style-src", "/"): policy_reports.MOST_OF_ONE})
    words = {
        "zh": ("图片", "脚本", "其他地址", "至少 1,000"),
        "en": ("A picture", "A script", "Another address", "At least 1,000"),
    }
    for user_id in ("sysadmin", "secadmin"):
        shown = visitors[user_id].get("/settings").text
        for piece in (*words[language], "/cases/{case_id}", 'class="number">4<', 'class="number">2<'):
            assert piece in shown, piece
    assert "/cases/{case_id}" not in visitors["supervisor"].get("/settings").text


def test_one_report_counts_a_few_violations_at_most(own_served: Served) -> None:
    many = [{"type": "csp-violation", "body": {"effectiveDirective": "img-src", "documentURL": "/"}}] * 100
    assert report(own_served, many, "application/reports+json").status_code == 204
    assert own_served.house.policy_reports.counts.total() == 20


def test_who_floods_is_not_listened_to(own_served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [60_000.0]
    monkeypatch.setattr("workbench.security.policy_reports.time.monotonic", lambda: clock[0])
    answers = [report(own_served, violation()).status_code for _ in range(A_MINUTE + 2)]
    assert answers == [204] * A_MINUTE + [429] * 2
    clock[0] += 60
    assert report(own_served, violation()).status_code == 204
    assert own_served.house.policy_reports.counts.total() == A_MINUTE + 1


@pytest.mark.parametrize("user_id", [None, *sorted(WHO)])
def test_a_report_is_taken_from_every_role_and_from_a_stranger_and_answers_with_nothing(
    served: Served, user_id: str | None
) -> None:
    visitor = Browserless(served)
    if user_id is not None:
        visitor.sign_in(user_id)
    before = dict(visitor.cookies)
    headers = {"content-type": CSP}
    answer = visitor.request("POST", "/policy-report", headers=headers, content=json.dumps(violation()))
    assert (answer.status_code, answer.content) == (204, b"")
    assert visitor.cookies == before
    assert visitor.request("GET", "/policy-report", headers={}).status_code == 405


def test_a_browser_reports_what_a_page_of_ours_tried(page: Page, own_served: Served) -> None:
    router = APIRouter()

    @router.get("/violating/{case_id}", dependencies=[Depends(Open())])
    def violating(case_id: str) -> HTMLResponse:
        return HTMLResponse(
            "<!doctype html><title>x</title><link rel=icon href=data:,><p style='color: red'>x</p>"
            f"<img src='https://elsewhere.test/{SECRET}'><script>document.title = '{SECRET}'</script>"
        )

    own_served.app.include_router(router)
    with page.expect_request(lambda one: one.url.endswith("/policy-report")):
        page.goto(f"{own_served.address}/violating/7?name={SECRET}")
    counts = own_served.house.policy_reports.counts
    for _ in range(100):
        if len(counts) == 3:
            break
        page.wait_for_timeout(100)
    where = "/violating/{case_id}"
    assert counts == {("img-src", where): 1, ("script-src-elem", where): 1, ("style-src-attr", where): 1}
    assert page.title() == "x"
