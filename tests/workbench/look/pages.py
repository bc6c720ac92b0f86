"""What is photographed: every page, each dialog, and the states that a page comes in, once in each language."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from ledger import runs
from ledger.case_queue import Filters, page
from tests.openid_provider import OpenIdProvider
from tests.workbench.browsing import Watched
from tests.workbench.look.camera import Camera
from tests.workbench.look.work import Worked
from tests.workbench.office import EVERYWHERE
from tests.workbench.served import Served
from tests.workbench.test_unusual_households import case_of

SUPERVISORS = {
    "home": "/",
    "queue-unassigned": "/queue",
    "queue-mine-empty": "/queue?view=mine",
    "queue-all": "/queue?view=all",
    "queue-closed": "/queue?view=closed",
    "queue-filtered-to-nothing": "/queue?view=all&severity=information&town=210106009",
    "review": "/review",
    "identity": "/identity",
    "search": "/search",
    "objections": "/objections",
    "objections-all": "/objections?view=all",
    "letters": "/letters",
    "letters-voided": "/letters?state=voided",
    "verify": "/verify",
    "exports-to-approve": "/exports",
    "checks": "/checks",
    "checks-new": "/checks/new",
    "runs": "/runs",
    "dash-findings": "/dash",
    "dash-findings-one-county": "/dash?place=210106",
    "dash-feeds": "/dash/feeds",
    "dash-rules": "/dash/rules",
    "dash-workload": "/dash/workload",
    "dash-fairness": "/dash/fairness",
    "dash-errors": "/dash/errors",
    "settings": "/settings",
    "help": "/help",
    "help-rule": "/help/rules/R-TAX-01",
}
OTHERS = {
    "analyst": {"home-analyst": "/", "queue-mine": "/queue?view=mine", "exports-waiting": "/exports"},
    "auditor": {"audit": "/audit", "home-auditor": "/"},
    "viewer": {"home-viewer": "/", "dash-findings-viewer": "/dash", "dash-fairness-viewer": "/dash/fairness"},
    "steward": {"home-steward": "/"},
    "sysadmin": {"accounts-not-proved": "/accounts", "settings-admin": "/settings"},
}
LARGE = {"home", "queue-all", "dash-findings", "dash-rules", "dash-feeds", "letters", "exports-to-approve", "audit"}
CASES = {
    "unassigned-urgent": "supervisor",
    "unassigned-eligibility": "supervisor",
    "unassigned-favourable": "supervisor",
    "unassigned-question": "supervisor",
    "in-hand": "analyst",
    "awaiting": "analyst",
    "snoozed": "analyst",
    "second": "reviewer",
    "blind": "reviewer",
    "differs": "supervisor",
    "returned": "analyst",
    "to-issue": "issuer",
    "closed": "analyst",
    "objection": "supervisor",
    "answered": "supervisor",
    "wrong-data": "auditor",
}


def of_the_town(camera: Camera, served: Served, worked: Worked, language: str) -> None:
    """Every page over the town's night, and every state that work brings a case to."""
    supervisor = camera.desk(served, "supervisor", language)
    for state, path in SUPERVISORS.items():
        _at(camera, supervisor, path, state, language)
    for user_id, told in OTHERS.items():
        for state, path in told.items():
            _at(camera, camera.desk(served, user_id, language), path, state, language)
    run = served.house.run().run_id
    _at(camera, supervisor, f"/runs/{run}", "run", language)
    for state, user_id in CASES.items():
        if state in worked.cases:
            desk = camera.desk(served, user_id, language)
            _at(camera, desk, f"/cases/{worked.cases[state]}", f"case-{state}", language)
    _unfolded(camera, camera.desk(served, "analyst", language), worked.cases["in-hand"], language)
    for state, check_id in worked.checks.items():
        _at(camera, supervisor, f"/checks/{check_id}", f"check-{state}", language)
    for kind, letter_id in worked.letters.items():
        _at(camera, camera.desk(served, "issuer", language), f"/letters/{letter_id}", f"letter-{kind}", language)
    _after_a_form(camera, served, worked, language)
    _dialogs(camera, served, worked, language)


def on_paper(camera: Camera, served: Served, worked: Worked) -> None:
    """Letters of every kind, and pages as a printer gives them."""
    issuer = camera.desk(served, "issuer", "zh")
    for kind in ("notice", "supplement", "conclusion-draft", "objection_answer", "correction"):
        camera.download(issuer, f"/letters/{worked.letters[kind]}/draft.pdf", f"paper-{kind}", "zh")
    for kind in ("visit", "conclusion", "report"):
        printed = worked.people["issuer"].post(f"/letters/{worked.letters[kind]}/print", {})
        camera.take_paper(printed.content, f"paper-{kind}", "zh", f"/letters/{worked.letters[kind]}/print")
    for language in ("zh", "en"):
        supervisor = camera.desk(served, "supervisor", language)
        printed_pages = {
            "case": f"/cases/{worked.cases['second']}",
            "letter": f"/letters/{worked.letters['report']}",
            "run": f"/runs/{served.house.run().run_id}",
            "queue": "/queue?view=all",
            "dash": "/dash",
        }
        for state, path in printed_pages.items():
            camera.take_printed(supervisor.open(path), f"printed-{state}", language)


def of_the_accounts(camera: Camera, served: Served, language: str) -> None:
    """What administrators see after they gave their password again."""
    for user_id in ("sysadmin", "secadmin"):
        desk = camera.desk(served, user_id, language)
        shown = desk.open("/accounts")
        shown.fill("main input[name=password]", "not the password")
        shown.locator("main form[action='/prove'] button").click()
        shown.wait_for_selector("main .empty input[name=password]")
        _expected(desk, "403")
        camera.take(desk, f"proving-wrong-password-{user_id}", language)
        shown = desk.open("/accounts")
        shown.fill("main input[name=password]", served.password)
        shown.locator("main form[action='/prove'] button").click()
        shown.wait_for_selector("main form[action='/prove']", state="detached")
        camera.take(desk, f"accounts-{user_id}", language, large=True)
        shown.evaluate("document.querySelectorAll('tbody tr:nth-child(-n+2) details').forEach(one => one.open = true)")
        camera.take(desk, f"accounts-{user_id}-unfolded", language)


def of_strangers(camera: Camera, served: Served, provider: OpenIdProvider, language: str) -> None:
    """Signing in, being turned away, and what goes wrong."""
    nobody = camera.desk(served, "", language)
    nobody.known = (provider.address.removeprefix("http://"),)
    shown = nobody.open("/login")
    camera.take(nobody, "login", language, large=True)
    shown.fill("input[name=user_id]", "analyst2")
    shown.fill("input[name=password]", "not the password")
    shown.locator("main form button").click()
    shown.wait_for_selector(".banner.bad")
    _expected(nobody, "401")
    camera.take(nobody, "login-wrong-password", language)
    shown.goto(f"{served.address}/login/oidc?next=/queue")
    shown.fill("input[name=person]", "li.ming@centre.gov.cn")
    shown.get_by_role("button").click()
    shown.wait_for_selector(".sign-in-subject")
    _expected(nobody, "403")
    camera.take(nobody, "login-provider-unknown", language)
    for state, user_id, path, status in (
        ("error-403", "viewer", "/queue", "403"),
        ("error-404", "supervisor", "/cases/999999", "404"),
        ("error-422", "supervisor", "/letters?state=9", "422"),
        ("error-500", "supervisor", "/fails", "500"),
    ):
        desk = camera.desk(served, user_id, language)
        answer = desk.page.goto(f"{served.address}{path}")
        assert answer is not None
        _expected(desk, str(answer.status))
        if str(answer.status) != status:
            camera.trouble.append(f"{state}: answered {answer.status}")
        camera.take(desk, state, language)


def before_the_first_night(camera: Camera, served: Served, language: str) -> None:
    """Every page that has nothing to show yet."""
    supervisor = camera.desk(served, "supervisor", language)
    for name, path in (
        ("home", "/"),
        ("queue", "/queue"),
        ("review", "/review"),
        ("identity", "/identity"),
        ("objections", "/objections"),
        ("letters", "/letters"),
        ("exports", "/exports"),
        ("checks", "/checks"),
        ("runs", "/runs"),
        ("dash", "/dash"),
        ("dash-feeds", "/dash/feeds"),
        ("dash-workload", "/dash/workload"),
    ):
        _at(camera, supervisor, path, f"empty-{name}", language)


def of_unusual_households(camera: Camera, served: Served, language: str) -> None:
    """Twelve members with names of forty characters, nothing found, rare characters."""
    supervisor = camera.desk(served, "supervisor", language)
    for household, state in (("h1", "twelve-members"), ("h2", "nothing-found"), ("h3", "rare-characters")):
        _at(camera, supervisor, f"/cases/{case_of(served, household).case_id}", f"unusual-{state}", language)
    _at(camera, supervisor, "/queue?view=all", "unusual-queue", language)
    _at(camera, supervisor, "/queue?view=sample", "unusual-queue-sample", language)


def of_bad_nights(camera: Camera, served: Served, language: str) -> None:
    """A run that the gate refused, one that was taken back, and how the current one is shown meanwhile."""
    supervisor = camera.desk(served, "supervisor", language)
    for name, path in (("home", "/"), ("runs", "/runs"), ("queue", "/queue"), ("dash", "/dash")):
        _at(camera, supervisor, path, f"bad-nights-{name}", language)
    for run in runs.list_runs(served.house.desk.ledger):
        if run.state in ("rejected", "recalled"):
            _at(camera, supervisor, f"/runs/{run.run_id}", f"run-{run.state}", language)


def _at(camera: Camera, desk: Watched, path: str, state: str, language: str) -> None:
    desk.open(path)
    camera.take(desk, state, language, large=state in LARGE)


def _unfolded(camera: Camera, desk: Watched, case_id: int, language: str) -> None:
    shown = desk.open(f"/cases/{case_id}")
    shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    camera.take(desk, "case-in-hand-unfolded", language, large=True)


def _after_a_form(camera: Camera, served: Served, worked: Worked, language: str) -> None:
    """What stands on a page after a form was sent: a search, a verified letter, the audit chain, a refusal."""
    supervisor = camera.desk(served, "supervisor", language)
    found = page(served.house.desk, EVERYWHERE, Filters(kind=None), size=1).cases[0]
    for state, wanted in (("found", found.case_no), ("not-found", "330106********1234")):
        shown = supervisor.open("/search")
        _send(shown, "/search", wanted=wanted, purpose="家庭来电询问")
        camera.take(supervisor, f"search-{state}", language)
    shown = supervisor.open(f"/letters/{worked.letters['report']}")
    code = shown.locator(".hashes dd").first.inner_text()
    for state, given in (("found", code), ("unknown", "AAAA-BBBB-CCCC")):
        shown = supervisor.open("/verify")
        _send(shown, "/verify", code=given)
        camera.take(supervisor, f"verify-{state}", language)
    auditor = camera.desk(served, "auditor", language)
    _send(auditor.open("/audit"), "/audit/verify")
    camera.take(auditor, "audit-verified", language)
    _send(supervisor.open("/exports"), "/exports", view="all", reason=" ")
    _expected(supervisor, "409")
    camera.take(supervisor, "exports-refused", language)
    analyst = camera.desk(served, "analyst", language)
    exporting = analyst.open("/exports")
    exporting.locator("#asking ~ .inside summary").click()
    exporting.locator("button[formaction='/prove/oidc']").click()
    analyst.page.wait_for_selector("a[href^='/prove/oidc']")
    camera.take(analyst, "proving-lead", language)
    shown = analyst.open(f"/cases/{worked.cases['in-hand']}")
    shown.evaluate("document.querySelectorAll('input[name=version]').forEach(one => { one.value = 1 })")
    shown.evaluate("document.querySelectorAll('[data-verdict]').forEach(one => { one.selectedIndex = 1 })")
    _send(shown, f"/cases/{worked.cases['in-hand']}/first", outcome="explained", note="家庭已当面说明，材料见附件。")
    _expected(analyst, "409")
    camera.take(analyst, "case-stale", language)
    shown = analyst.open("/checks/new")
    told = {"document": "铁东民函〔2026〕13号", "region_code": "210106004001", "1-name": "赵一"}
    _send(shown, "/checks/new", **told, **{"1-id_number": "110105194912310021"})
    _expected(analyst, "409")
    camera.take(analyst, "checks-new-refused", language)
    shown = analyst.open("/help")
    shown.evaluate("""() => { const form = document.querySelector("form[action='/language']");
        form.action = "/logout"; form.csrf.value = "0"; }""")
    with shown.expect_event("console", lambda said: "403" in said.text):
        shown.locator(".bar form button").first.click()
    _expected(analyst, "403")
    camera.take(analyst, "error-forged", language)


def _dialogs(camera: Camera, served: Served, worked: Worked, language: str) -> None:
    """What opens over a page: one field in clear, the preview beside the queue, a question reached by key."""
    analyst = camera.desk(served, "analyst", language)
    shown = analyst.open(f"/cases/{worked.cases['in-hand']}")
    shown.locator("[data-reveal]").first.scroll_into_view_if_needed()
    shown.locator("[data-reveal]").first.click()
    shown.wait_for_selector("dialog[open]")
    camera.take(analyst, "dialog-reveal", language)
    shown.locator("#reveal select").select_option(index=1)
    shown.locator("#reveal input[name=reason]").fill("与家庭电话核对")
    shown.locator("#reveal button.first").click()
    shown.wait_for_selector(".clear")
    camera.take(analyst, "revealed", language, part=".card:has(.people)")
    shown = analyst.open("/queue?view=all")
    shown.locator("tbody tr").nth(1).hover()
    shown.wait_for_selector("#preview h2")
    camera.take(analyst, "queue-preview", language, large=True)
    shown.keyboard.press("KeyJ")
    shown.keyboard.press("KeyJ")
    shown.wait_for_timeout(400)
    camera.take(analyst, "queue-by-keyboard", language)
    shown = analyst.open(f"/cases/{worked.cases['in-hand']}")
    shown.keyboard.press("KeyE")
    camera.take(analyst, "case-by-keyboard", language)
    shown = camera.desk(served, "supervisor", language).open("/dash")
    chart = shown.locator(".chart:visible").first
    box = chart.bounding_box()
    assert box is not None
    shown.mouse.move(box["x"] + box["width"] / 2, box["y"] + 80)
    shown.wait_for_timeout(200)
    camera.take(camera.desk(served, "supervisor", language), "dash-tooltip", language)


def _send(shown: Page, act: str, **fields: Any) -> None:
    form = shown.locator(f"form[action='{act}']")
    for name, value in fields.items():
        one = form.locator(f"[name='{name}']")
        if one.evaluate("e => e.tagName") == "SELECT":
            one.select_option(str(value))
        else:
            one.fill(str(value))
    with shown.expect_navigation():
        form.locator("button:not([type=button])").first.click()


def _expected(desk: Watched, status: str) -> None:
    desk.trouble[:] = [one for one in desk.trouble if f"status of {status}" not in one]
