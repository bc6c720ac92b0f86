"""A household objects: others decide anew, in time, and answer in writing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.moment import today
from ledger import decisions, objections
from ledger.case_queue import Filters, page
from ledger.case_words import Status
from tests.workbench.office import EVERYWHERE, Office
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from tests.workbench.test_letters import drafted, text_of


@pytest.fixture
def office(own_served: Served) -> Office:
    return Office(own_served)


def object_to(office: Office, **other: object) -> None:
    told = {"objection_date": today(), "channel": "written", "objected": "车辆三年前已转让", **other}
    office.does("analyst", "objection", **told)


def decide_anew(office: Office) -> None:
    """Two people who had no part decide the reopened case."""
    office.does("analyst3", "claim")
    office.decides_first("analyst3", outcome="explained", verdict="declared")
    if office.case.status is Status.SECOND:
        office.does("reviewer2", "second", answer="agree")


def test_an_objection_reopens_the_case_for_people_who_had_no_part_and_is_answered_in_a_letter(office: Office) -> None:
    office.closes_adversely()
    object_to(office)
    assert (office.case.status, office.case.round, office.case.assignee) == (Status.NEW, 2, None)
    [one] = objections.listed(office.served.house.desk, EVERYWHERE)
    assert one.answer_due_date == today() + timedelta(days=20)
    shown = office.who("supervisor").get("/objections").text
    assert "车辆三年前已转让" in shown
    assert "剩 20 天" in shown
    office.does("analyst", "claim")
    flags = {"outcome": "explained", "reason_code": "documents_seen", "note": "已核对转让合同"}
    assert "参与过被异议的决定" in office.refused("analyst", "first", **flags)
    office.does("analyst", "release")
    office.does("supervisor", "claim")
    answer = f"objections/{one.objection_id}/answer"
    told = {"answered": "upheld", "answer_note": "转让合同属实"}
    assert "才能答复异议" in office.refused("supervisor", answer, **told)
    office.decides_first("supervisor", outcome="explained", verdict="declared")
    assert "参与过被异议的决定" in office.refused("reviewer", "second", answer="agree")


def test_the_answer_goes_out_as_a_letter_once_the_case_was_decided_anew(office: Office) -> None:
    office.does("analyst", "claim")
    office.decides_first(outcome="explained", verdict="declared")
    if office.case.status is Status.SECOND:
        office.does("reviewer", "second", answer="agree")
    office.does("issuer", "close")
    object_to(office)
    [one] = objections.listed(office.served.house.desk, EVERYWHERE)
    assert "objection_answer" not in office.who("supervisor").get(f"/cases/{office.case_id}").text
    decide_anew(office)
    office.does("supervisor", f"objections/{one.objection_id}/answer", answered="upheld", answer_note="合同属实")
    assert objections.listed(office.served.house.desk, EVERYWHERE) == []
    letter_id = drafted(office, "objection_answer", by="supervisor")
    text = text_of(office.who("supervisor").get(f"/letters/{letter_id}/draft.pdf").content)
    for words in ("异议复核答复书", "异议成立", "合同属实"):
        assert words in text


def test_the_demonstration_s_people_decide_anew_in_every_subdistrict(own_served: Served) -> None:
    found = page(own_served.house.desk, EVERYWHERE, Filters(kind=None), size=200).cases
    one_of_each = {case.town_code: case for case in found if not case.blind}
    assert len(one_of_each) > 10
    people: dict[str, Browserless] = {}
    for case in one_of_each.values():
        office = Office(own_served, case.case_id, people)
        office.closes_adversely()
        object_to(office)
        decide_anew(office)
        made = decisions.of_case(own_served.house.desk, EVERYWHERE, case.case_id)
        before, anew = ({one.actor for one in made if one.round == number} for number in (1, 2))
        assert before == {"analyst", "reviewer"}
        assert "analyst3" in anew
        assert anew.isdisjoint(before)
        assert office.case.status is Status.ISSUE


def test_only_a_closed_case_is_objected_to_and_not_in_advance(office: Office) -> None:
    told = {"channel": "visit", "objected": "不同意"}
    assert "现在的状态" in office.refused("analyst", "objection", objection_date=today(), **told)
    office.closes_adversely()
    tomorrow = today() + timedelta(days=1)
    assert "不能晚于今天" in office.refused("analyst", "objection", objection_date=tomorrow, **told)
    assert office.case.status is Status.CLOSED
