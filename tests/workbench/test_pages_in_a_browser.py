"""Every page in a real Chromium, in both languages: nothing blocked, nothing broken, readable for everybody."""

from __future__ import annotations

import pytest

from ledger import cases
from ledger.case_queue import Filters, page
from ledger.scope import Scope
from publish.people import open_people
from tests.workbench.browsing import Watched
from workbench.accounts import CITY

EVERYWHERE = Scope((CITY,))
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
