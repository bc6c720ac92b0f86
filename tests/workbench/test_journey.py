"""The working day in a real Chromium: take a household, see, decide by keyboard; another person confirms."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from core.moment import SHANGHAI, now
from ledger import audit, cases, decisions
from ledger.case_queue import Filters, page
from ledger.case_words import Status
from ledger.cases import Case
from ledger.scope import Scope
from publish.people import open_people
from tests.workbench.browsing import Watched
from workbench.accounts import CITY

EVERYWHERE = Scope((CITY,))


def test_an_analyst_takes_the_next_household_and_decides_by_keyboard(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/queue")
    shown.keyboard.press("KeyN")
    shown.wait_for_url(re.compile(r"/cases/\d+"))
    case = _case(own_watched, shown)
    assert (case.status, case.assignee) == (Status.REVIEW, "analyst")
    assert case.severity == "urgent"
    shown.keyboard.press("KeyO")
    shown.keyboard.press("KeyO")
    shown.keyboard.press("KeyE")
    assert shown.evaluate("document.activeElement.matches('[data-evidence]')")
    shown.locator("[data-question] summary").first.focus()
    shown.keyboard.press("Digit1")
    assert shown.locator("[data-verdict]").first.input_value() == "confirmed"
    assert decisions.of_case(own_watched.served.house.desk, EVERYWHERE, case.case_id) == []
    _fill_first(shown, "explained")
    shown.locator("textarea[name=note]").press("Control+Enter")
    expect(shown.locator(".case-head .chip.outline")).to_have_text("待复核")
    made = decisions.of_case(own_watched.served.house.desk, EVERYWHERE, case.case_id)
    assert [one.actor for one in made] == ["analyst"]
    frozen = json.loads(made[0].evidence)
    assert frozen["run_id"] == own_watched.served.house.run().run_id
    assert all(row["row_hash"] for question in frozen["questions"] for row in question["rows"])


def test_nobody_reviews_their_own_first_decision_and_another_person_may(own_watched: Watched) -> None:
    shown = own_watched.sign_in("supervisor").open("/")
    case = _decided_first(own_watched, shown)
    expect(shown.get_by_text("您作过初核，复核须由另一人进行。")).to_be_visible()
    assert shown.locator("form[action$='/second']").count() == 0
    own_watched.open("/review")
    assert shown.get_by_text(case.case_no).count() == 0
    refused = _post_second(shown, case)
    assert refused["status"] == 409
    assert "另一人" in refused["text"]
    shown = own_watched.sign_in("reviewer").open("/review")
    shown.get_by_role("link", name=case.case_no).click()
    shown.get_by_role("button", name="同意").click()
    expect(shown.locator(".case-head .chip.outline")).to_have_text("待签发")
    shown = own_watched.sign_in("issuer").open(f"/cases/{case.case_id}")
    shown.get_by_role("button", name="签发并办结").click()
    expect(shown.locator(".case-head .chip.outline")).to_have_text("已办结")
    assert own_watched.unreadable_for_some() == []


def test_a_page_grown_stale_keeps_what_was_typed(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/queue")
    shown.keyboard.press("KeyN")
    shown.wait_for_url(re.compile(r"/cases/\d+"))
    address = shown.url
    _fill_first(shown, "explained", note="家庭已当面说明")
    other = shown.context.new_page()
    other.goto(address)
    with other.expect_navigation():
        other.get_by_role("button", name="延长领取").click()
    shown.get_by_role("button", name="提交初核").click()
    expect(shown.get_by_text("案件已被他人更新")).to_be_visible()
    assert shown.locator("textarea[name=note]").input_value() == "家庭已当面说明"
    assert shown.locator("select[name=outcome]").input_value() == "explained"
    assert own_watched.unreadable_for_some() == []


def test_one_field_is_shown_for_a_reason_recorded_and_masked_again(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/queue")
    shown.keyboard.press("KeyN")
    shown.wait_for_url(re.compile(r"/cases/\d+"))
    case = _case(own_watched, shown)
    house = own_watched.served.house
    run = house.run()
    people = open_people(run.folder, run.run_id, case.household_key, ledger=house.desk.ledger)
    numbers = {one["id_number"] for one in people}
    masked = shown.locator(".masked .mono").first.inner_text()
    shown.clock.install()
    button = shown.locator("[data-reveal$='/id_number']").first
    button.click()
    assert own_watched.unreadable_for_some() == []
    assert shown.locator("#reveal [data-field]").inner_text().endswith("身份证号")
    shown.locator("#reveal select").select_option("verify_identity")
    shown.locator("#reveal input[name=reason]").fill("与家庭电话核对")
    shown.locator("#reveal button.first").click()
    expect(shown.locator(".clear")).to_be_visible()
    assert shown.locator(".clear").inner_text() in numbers
    acts = audit.entries(house.desk.ledger)
    last = acts.filter(acts["act"] == "field.revealed").to_dicts()
    assert len(last) == 1
    assert last[0]["by_whom"] == "analyst"
    assert not any(number in json.dumps(last, default=str) for number in numbers)
    shown.clock.fast_forward(31_000)
    expect(shown.locator(".clear")).to_have_count(0)
    assert shown.locator(".masked .mono").first.inner_text() == masked


def test_who_does_not_have_the_case_in_hand_sees_no_clear_value(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/")
    case = _open_cases(own_watched)[0]
    own_watched.open(f"/cases/{case.case_id}")
    assert shown.locator("[data-reveal]").count() == 0
    person = cases.members(own_watched.served.house.desk, EVERYWHERE, case.case_id)[0].person_key
    answer = _post(shown, f"/cases/{case.case_id}/reveal/{person}/name", reason_code="verify_identity", reason="试试")
    assert answer["status"] == 409
    assert "value" not in answer["text"]


def test_the_back_button_and_two_tabs_decide_nothing_twice(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/")
    case = _decided_first(own_watched, shown)
    shown.go_back()
    if shown.locator("form[action$='/first'] button.first").count():
        _fill_first(shown, "explained")
        shown.get_by_role("button", name="提交初核").click()
        expect(shown.locator(".banner.bad")).to_be_visible()
    assert len(decisions.of_case(own_watched.served.house.desk, EVERYWHERE, case.case_id)) == 1


def test_a_session_that_ended_leads_to_sign_in_and_decides_nothing(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/queue")
    shown.keyboard.press("KeyN")
    shown.wait_for_url(re.compile(r"/cases/\d+"))
    case = _case(own_watched, shown)
    _fill_first(shown, "explained")
    shown.context.clear_cookies()
    shown.get_by_role("button", name="提交初核").click()
    expect(shown.get_by_role("heading", name="登录")).to_be_visible()
    assert decisions.of_case(own_watched.served.house.desk, EVERYWHERE, case.case_id) == []


def test_a_letter_typed_through_an_input_method_or_in_a_field_is_no_command(own_watched: Watched) -> None:
    shown = own_watched.sign_in("analyst").open("/queue")
    shown.locator("input[name=town][type=search]").focus()
    shown.keyboard.press("KeyN")
    composing = "new KeyboardEvent('keydown', {code: 'KeyN', isComposing: true, bubbles: true})"
    shown.evaluate(f"document.body.dispatchEvent({composing})")
    assert shown.url.endswith("/queue")
    assert not [case for case in _open_cases(own_watched) if case.assignee]


def test_a_search_by_number_stands_in_no_address_and_is_audited(own_watched: Watched) -> None:
    house = own_watched.served.house
    run = house.run()
    case = _open_cases(own_watched)[0]
    people = open_people(run.folder, run.run_id, case.household_key, ledger=house.desk.ledger)
    number = next(one["id_number"] for one in people if one["id_number"])
    shown = own_watched.sign_in("supervisor").open("/search")
    for wanted in (number, case.case_no):
        shown.fill("input[name=wanted]", wanted)
        shown.fill("input[name=purpose]", "家庭来电询问")
        shown.locator("main button.first").click()
        expect(shown.get_by_role("link", name=case.case_no)).to_be_visible()
        assert number not in shown.url + shown.title() + shown.content()
        own_watched.open("/search")
    searched = audit.entries(house.desk.ledger)
    told = searched.filter(searched["act"] == "case.searched").to_dicts()
    assert len(told) == 2
    assert number not in json.dumps(told, default=str)


def test_a_verdict_on_identity_is_remembered_with_its_reason(own_watched: Watched) -> None:
    shown = own_watched.sign_in("supervisor").open("/identity")
    pair = shown.locator(".pair").first
    pair.locator("input[name=reason]").fill("两处生日不同")
    pair.get_by_role("button", name="不是同一人").click()
    expect(shown.locator(".pair").first.get_by_text("两处生日不同")).to_be_visible()
    assert f"{now().astimezone(SHANGHAI):%Y-%m-%d}" in shown.locator(".pair").first.inner_text()


def _case(watched: Watched, shown: Page) -> Case:
    found = cases.get(watched.served.house.desk, EVERYWHERE, int(shown.url.rsplit("/", 1)[1]))
    assert found is not None
    return found


def _open_cases(watched: Watched) -> list[Case]:
    return page(watched.served.house.desk, EVERYWHERE, Filters()).cases


def _fill_first(shown: Page, outcome: str, note: str = "已核对凭证") -> None:
    for field in shown.locator("[data-verdict]").all():
        field.select_option("confirmed")
    shown.select_option("select[name=outcome]", outcome)
    shown.select_option("select[name=reason_code]", "documents_seen")
    shown.fill("form[action$='/first'] textarea[name=note]", note)


def _decided_first(watched: Watched, shown: Page) -> Case:
    """The gravest case that is not drawn for blind review, decided first by who is signed in."""
    case = next(one for one in _open_cases(watched) if not one.blind)
    watched.open(f"/cases/{case.case_id}")
    shown.get_by_role("button", name="领取").click()
    _fill_first(shown, "explained")
    shown.get_by_role("button", name="提交初核").click()
    expect(shown.locator(".case-head .chip.outline")).to_have_text("待复核")
    return _case(watched, shown)


def _post_second(shown: Page, case: Case) -> dict[str, object]:
    return _post(shown, f"/cases/{case.case_id}/second", version=case.version, answer="agree")


def _post(shown: Page, address: str, **fields: object) -> dict[str, object]:
    """What a person with the browser's tools could send: a form of our own page with other fields."""
    script = """async ([address, fields]) => {
        const sent = {csrf: document.querySelector("input[name=csrf]").value, ...fields};
        const answer = await fetch(address, {method: "POST", body: new URLSearchParams(sent)});
        return {status: answer.status, text: await answer.text()};
    }"""
    told: dict[str, object] = shown.evaluate(script, [address, {name: str(value) for name, value in fields.items()}])
    return told
