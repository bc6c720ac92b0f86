"""Every page in a real Chromium, in both languages: nothing blocked, nothing broken, readable for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ledger import cases
from ledger.case_queue import Filters, page
from ledger.scope import Scope
from publish.people import open_people
from tests.workbench.browsing import Watched
from workbench.accounts import ACCOUNTS, CITY, COUNTY
from workbench.web.page import STATIC

EVERYWHERE = Scope((CITY,))
ON_TOP = """(one) => {
    const box = one.getBoundingClientRect();
    const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return met === one || one.contains(met);
}"""
PAGES = {
    "supervisor": [
        "/",
        "/queue",
        "/queue?view=all",
        "/queue?view=closed",
        "/review",
        "/identity",
        "/search",
        "/objections",
        "/objections?view=all",
        "/letters",
        "/verify",
        "/exports",
        "/runs",
        "/dash",
        "/help",
        "/help/rules/R-TAX-01",
    ],
    "auditor": ["/audit"],
    "steward": ["/"],
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("user_id", sorted(PAGES))
def test_every_page_is_whole_and_readable_for_everybody(watched: Watched, user_id: str, language: str) -> None:
    assert watched.page.goto(f"{watched.served.address}/login")
    assert watched.unreadable_for_some() == []
    watched.sign_in(user_id, language)
    run = watched.served.house.run()
    for path in [*PAGES[user_id], f"/runs/{run.run_id}"]:
        watched.open(path)
        assert watched.page.locator("h1").count() == 1, path
        assert watched.unreadable_for_some() == [], path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_case_is_whole_and_readable_for_everybody(watched: Watched, language: str) -> None:
    watched.sign_in("supervisor", language)
    desk = watched.served.house.desk
    found = page(desk, EVERYWHERE, Filters(kind=None)).cases
    of_each_severity = {case.severity: case for case in found}
    assert {"urgent", "eligibility", "favourable", "question"} <= set(of_each_severity)
    for case in of_each_severity.values():
        shown = watched.open(f"/cases/{case.case_id}")
        assert shown.locator("h1").inner_text() == case.case_no
        flags = [flag for flag in cases.flags(desk, EVERYWHERE, case.case_id) if flag.open]
        assert shown.locator("[data-question]").count() == len(flags)
        assert watched.unreadable_for_some() == [], case.severity


def test_no_page_is_wider_than_the_screen_most_desks_have(watched: Watched) -> None:
    watched.sign_in("supervisor", "en")
    run = watched.served.house.run()
    for path in [*PAGES["supervisor"], f"/runs/{run.run_id}", "/cases/1"]:
        watched.open(path)
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 1366, path


def test_the_bar_is_one_line_for_every_role_in_both_languages(watched: Watched) -> None:
    for language in ("zh", "en"):
        for account in ACCOUNTS:
            watched.sign_in(account.user_id, language)
            bar = watched.page.locator(".bar").bounding_box()
            assert bar is not None
            assert bar["height"] <= 52, (account.user_id, language)


def test_beside_a_long_form_every_card_of_a_case_can_be_reached(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/queue?view=unassigned")
    listed = page(own_watched.served.house.desk, EVERYWHERE, Filters(unassigned=True)).cases
    case = max((one for one in listed if one.region_code.startswith(COUNTY)), key=lambda one: one.flag_count)
    own_watched.open(f"/cases/{case.case_id}")
    shown.get_by_role("button", name="领取").click()
    expect(shown.locator(".decide")).to_be_visible()
    heads = shown.locator(".side h2").all()
    assert len(heads) > 4
    for head in heads:
        head.scroll_into_view_if_needed()
        name = head.inner_text()
        assert head.evaluate(ON_TOP), name
    shown.evaluate("window.scrollTo(0, 600)")
    assert shown.locator(".case .side").evaluate("one => one.getBoundingClientRect().top") == 12


def test_figures_that_are_all_zero_are_told_without_an_empty_chart(watched: Watched) -> None:
    shown = watched.sign_in("supervisor").open("/dash")
    drawn = shown.locator("section[data-chart]:has(.chart:visible)").count()
    assert drawn > 0
    source = (STATIC / "js" / "charts.js").read_text(encoding="utf-8")
    shown.evaluate("""() => document.querySelectorAll("section[data-chart]").forEach((one) => {
        one.querySelectorAll("td[data-value]").forEach((cell) => { cell.dataset.value = "0"; });
        const empty = document.createElement("div");
        empty.className = "chart";
        empty.hidden = true;
        one.querySelector(".chart").replaceWith(empty);
    })""")
    shown.evaluate(source)
    assert shown.locator("section[data-chart]:has(.chart:visible)").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_weighs_more_than_sixty_kilobytes(watched: Watched, language: str) -> None:
    watched.sign_in("supervisor", language)
    found = page(watched.served.house.desk, EVERYWHERE, Filters(kind=None)).cases
    opened = [f"/cases/{case.case_id}" for case in found]
    assert len(opened) > 5
    for path in ("/", "/queue?view=all", *opened):
        answer = watched.page.goto(f"{watched.served.address}{path}")
        assert answer is not None
        assert len(answer.body()) <= 60_000, path


def test_neither_name_nor_number_stands_in_a_page_address_or_title(watched: Watched) -> None:
    watched.sign_in("supervisor")
    house = watched.served.house
    run = house.run()
    for case in page(house.desk, EVERYWHERE, Filters(kind=None)).cases:
        shown = watched.open(f"/cases/{case.case_id}")
        text = shown.content() + shown.title() + shown.url
        for person in open_people(run.folder, run.run_id, case.household_key, ledger=house.desk.ledger):
            assert person["name"] not in text
            assert person["id_number"] not in text
