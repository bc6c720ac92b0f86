"""A case page weighs sixty kilobytes at most, whoever works on it: a record of several questions is sent once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import text

from ledger.case_queue import Filters, page
from tests.workbench.browsing import Watched
from tests.workbench.office import EVERYWHERE, Office
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless

LIMIT = 60_000
LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_case_page_weighs_more_than_sixty_kilobytes_claimed_or_in_second_review(
    own_served: Served, language: str
) -> None:
    people = {name: Browserless(own_served).sign_in(name) for name in ("analyst", "reviewer")}
    for one in people.values():
        one.cookies["__Host-language"] = language
    weights: dict[str, int] = {}

    def weigh(stage: str, user_id: str, case_id: int) -> None:
        answer = people[user_id].get(f"/cases/{case_id}")
        assert answer.status_code == 200
        assert f'action="/cases/{case_id}/{stage}"' in answer.text
        weights[f"{stage} of {case_id}"] = max(len(answer.content), weights.get(f"{stage} of {case_id}", 0))

    found = page(own_served.house.desk, EVERYWHERE, Filters(kind=None), size=1000).cases
    assert len(found) > 30
    _decided_unseen(own_served, True)
    for case in found:
        office = Office(own_served, case.case_id, dict(people))
        office.does("analyst", "claim")
        weigh("first", "analyst", case.case_id)
        office.decides_first(outcome="explained", verdict="lagged")
        weigh("second", "reviewer", case.case_id)
    _decided_unseen(own_served, False)
    for case in found:
        weigh("second", "reviewer", case.case_id)
    assert {name: weight for name, weight in weights.items() if weight > LIMIT} == {}


def _decided_unseen(served: Served, blind: bool) -> None:
    """Every case of this copy drawn for blind review, or none: then its second person sees what the first decided."""
    with served.house.desk.ledger.engine.begin() as connection:
        guards = connection.execute(
            text("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'case_'")
        ).all()
        for name, _ in guards:
            connection.exec_driver_sql(f"drop trigger {name}")
        connection.execute(text("update case_ set blind = :blind"), {"blind": blind})
        for _, made in guards:
            connection.exec_driver_sql(made)


@pytest.fixture
def without_script(browser: Browser, served: Served) -> Iterator[Watched]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    one = Watched(context.new_page(), served)
    yield one
    context.close()
    assert one.trouble == []


def _with_a_record_of_several_questions(served: Served) -> str:
    reader = Browserless(served).sign_in("supervisor")
    for case in page(served.house.desk, EVERYWHERE, Filters(), size=1000).cases:
        if "data-again" in reader.get(f"/cases/{case.case_id}").text:
            return f"/cases/{case.case_id}"
    raise AssertionError("no two questions of the town stand on one record")


def test_a_record_of_several_questions_is_sent_once_and_drawn_whole_in_each(watched: Watched) -> None:
    path = _with_a_record_of_several_questions(watched.served)
    watched.sign_in("supervisor")
    shown = watched.open(path)
    for question in shown.locator("[data-question]").all():
        question.evaluate("(one) => { one.open = true; }")
    drawn = shown.locator("[data-again]").all()
    assert drawn
    for again in drawn:
        first = shown.locator(f"[id={again.get_attribute('data-again')}]")
        assert _record(again) == _record(first)
        assert len(_record(first)[0]) > 20
    assert shown.evaluate("new Set([...document.querySelectorAll('[id]')].map((one) => one.id)).size") == (
        shown.locator("[id]").count()
    )
    assert watched.unreadable_for_some() == []


def test_the_keys_walk_a_record_that_another_question_shows_too(watched: Watched) -> None:
    path = _with_a_record_of_several_questions(watched.served)
    watched.sign_in("supervisor")
    shown = watched.open(path)
    question = shown.locator("[data-question]:has([data-again])").first
    again = question.locator("[data-again]").first
    question.evaluate("(one) => { one.open = true; }")
    question.locator("summary").focus()
    walked = []
    for _ in range(question.locator("[data-evidence]").count()):
        shown.keyboard.press("e")
        walked.append(shown.evaluate("document.activeElement.dataset.again ?? null"))
    assert again.get_attribute("data-again") in walked
    assert len(walked) == len(question.locator("[data-evidence]").all())


def test_without_script_a_record_of_another_question_leads_there(without_script: Watched) -> None:
    path = _with_a_record_of_several_questions(without_script.served)
    shown = _signed_in_without_script(without_script)
    without_script.open(path)
    question = shown.locator("[data-question]:has([data-again])").first
    again = question.locator("[data-again]").first
    place = again.get_attribute("data-again")
    if question.get_attribute("open") is None:
        question.locator("summary").click()
    first = shown.locator(f"[id={place}]")
    name = again.locator("a").inner_text()
    assert name == first.locator("td").nth(1).inner_text()
    again.locator("a").click()
    assert shown.url.endswith(f"#{place}")
    first.wait_for(state="visible")
    assert first.locator("xpath=following-sibling::tr[1]//li").count() > 3


def _record(row: object) -> list[str]:
    told: list[str] = row.evaluate(  # type: ignore[attr-defined]
        "(row) => [row.innerText, row.nextElementSibling ? row.nextElementSibling.innerText : '']"
    )
    return told


def _signed_in_without_script(one: Watched) -> Page:
    one.sign_in("supervisor")
    return one.page
