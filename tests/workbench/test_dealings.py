"""From the question to an outcome against the household: what it takes, and what the pages refuse without it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core.moment import today
from ledger import audit, field_checks, notices, users
from ledger.case_queue import Filters, page
from ledger.case_words import Outcome, Status
from tests.workbench.office import EVERYWHERE, LONG_AGO, Office
from tests.workbench.served import Served
from workbench.accounts import SYSTEM
from workbench.web.audit import told_of
from workbench.words.codes import code_words


@pytest.fixture
def office(own_served: Served) -> Office:
    return Office(own_served)


def test_an_outcome_against_the_household_is_reached_through_notice_days_and_visit(office: Office) -> None:
    office.closes_adversely()
    assert (office.case.status, office.case.outcome) == (Status.CLOSED, Outcome.UNDECLARED)
    shown = office.who("auditor").get(f"/cases/{office.case_id}").text
    for words in ("回证 12 号", "王某、赵某", "户主在家，已当面说明"):
        assert words in shown


def test_the_close_says_what_is_missing_and_the_case_goes_back_to_get_it(office: Office) -> None:
    office.does("analyst", "claim")
    office.decides_first()
    office.does("reviewer", "second", answer="agree")
    assert "须先送达告知" in office.refused("issuer", "close")
    assert "请填写理由" in office.refused("issuer", "send-back", reason=" ")
    office.does("issuer", "send-back", reason="尚未告知家庭")
    assert (office.case.status, office.case.outcome, office.case.round) == (Status.REVIEW, None, 2)
    office.does("analyst", "notice", way="post", sent_date=today())
    office.does("analyst", f"notices/{office.newest_notice()}/proof", delivered_date=today(), proof="邮件单号 7")
    office.does("analyst", "resume")
    office.decides_first()
    office.does("reviewer", "second", answer="agree")
    assert "答复期已满" in office.refused("issuer", "close")
    office.does("analyst", "reply", received_date=today(), summary="车已借给亲戚，愿补材料")
    assert "入户核查" in office.refused("issuer", "close")
    office.visits()
    office.does("issuer", "close")
    assert office.case.status is Status.CLOSED


def test_a_day_to_come_or_an_arrival_before_the_sending_is_refused_in_words(office: Office) -> None:
    office.does("analyst", "claim")
    tomorrow = today() + timedelta(days=1)
    assert "不能晚于今天" in office.refused("analyst", "notice", way="hand", sent_date=tomorrow)
    office.does("analyst", "notice", way="hand", sent_date=today())
    proof = f"notices/{office.newest_notice()}/proof"
    before = today() - timedelta(days=1)
    assert "不能早于送出日期" in office.refused("analyst", proof, delivered_date=before, proof="回证")
    assert "不能晚于今天" in office.refused("analyst", "reply", received_date=tomorrow, summary="来电")
    two = {"first_investigator": "王某", "second_investigator": "赵某", "found": "无人在家"}
    assert "不能晚于今天" in office.refused("analyst", "visit", visit_date=tomorrow, **two)


def test_a_visit_by_one_person_is_none_and_what_was_typed_stays(office: Office) -> None:
    office.does("analyst", "claim")
    alone = {"first_investigator": "王某", "second_investigator": " 王某 ", "found": "户主在家，已当面说明"}
    answer = office.send("analyst", "visit", visit_date=today(), **alone)
    assert answer.status_code == 409
    assert "两位不同的核查人" in answer.text
    assert "户主在家，已当面说明" in answer.text
    assert field_checks.of_case(office.served.house.desk, EVERYWHERE, office.case_id) == []


def test_silence_makes_a_visit_due_and_changes_nothing_else(office: Office) -> None:
    office.does("analyst", "claim")
    office.does("analyst", "notice", way="hand", sent_date=LONG_AGO)
    office.does("analyst", f"notices/{office.newest_notice()}/proof", delivered_date=LONG_AGO, proof="回证 3 号")
    before = office.case
    ledger = office.served.house.desk.ledger
    settings = office.served.house.settings
    assert ledger.write_all(lambda connection: notices.pass_in_silence(connection, settings, today())) == 1
    after = office.case
    assert (after.status, after.outcome, after.assignee) == (before.status, before.outcome, before.assignee)
    assert after.visit_due_date == today() + timedelta(days=settings.visit_due_days)
    shown = office.who("analyst").get(f"/cases/{office.case_id}").text
    assert f"入户最迟 {after.visit_due_date}" in shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_audit_says_what_was_done_in_words_and_leaves_nothing_out(office: Office, language: str) -> None:
    office.closes_adversely()
    entries = audit.entries(office.served.house.desk.ledger)
    named = {name for detail in entries["detail"] for name in json.loads(detail)}
    assert len(named) > 8
    assert named <= set(code_words()["detail"])
    auditor = office.who("auditor")
    auditor.cookies["__Host-language"] = language
    shown = auditor.get("/audit").text
    for words in {"zh": ("方式", "阶段", "摘要"), "en": ("way", "stage", "hash")}[language]:
        assert f">{words}<" in shown, words
    newest = json.loads(entries["detail"][-1])
    for value in newest.values():
        assert str(value) in shown, value
    assert told_of('{"clear": true, "recipient": null, "by_what": ["a", "b"], "rows": 3}', "zh") == [
        *(("明文", "是"), ("收件人", "—"), ("按什么查", "a、b"), ("行数", "3")),
    ]


def test_a_snoozed_case_says_until_when_and_no_longer_until_when_it_was_claimed(office: Office) -> None:
    office.does("analyst", "claim")
    assert "领取至" in office.who("analyst").get(f"/cases/{office.case_id}").text
    until = today() + timedelta(days=9)
    office.does("analyst", "snooze", until=str(until), reason="户主住院")
    shown = office.who("analyst").get(f"/cases/{office.case_id}").text
    assert f"暂缓 至 {until}" in shown
    assert "领取至" not in shown


AGAIN = '<div class="banner" role="status"><b>重新核查</b>'


def told_again(office: Office) -> str:
    """What the page says above all of why the case is under review again."""
    shown = office.who("analyst").get(f"/cases/{office.case_id}").text
    return shown.partition(AGAIN)[2].partition("</div>")[0]


def test_a_case_given_back_says_above_all_by_whom_and_why_until_it_is_decided_anew(office: Office) -> None:
    office.does("analyst", "claim")
    office.decides_first()
    assert told_again(office) == ""
    office.does("reviewer", "second", answer="return", note="请补充入户笔录第二页")
    for piece in ("复核退回", "请补充入户笔录第二页", "周明"):
        assert piece in told_again(office), piece
    office.does("analyst", "snooze", until=today() + timedelta(days=9), reason="等笔录")
    office.does("analyst", "resume")
    assert "请补充入户笔录第二页" in told_again(office)
    office.decides_first()
    assert told_again(office) == ""
    office.does("reviewer", "second", answer="agree")
    office.does("issuer", "send-back", reason="尚未告知家庭")
    assert "尚未告知家庭" in told_again(office)
    assert "请补充入户笔录第二页" not in told_again(office)


def test_a_case_whose_analyst_left_or_that_waits_past_its_due_day_is_marked(office: Office) -> None:
    office.does("analyst", "claim")
    assert "暂缓超过到期日" not in office.who("supervisor").get(f"/cases/{office.case_id}").text
    office.does("analyst", "snooze", until=office.case.due_date + timedelta(days=1), reason="户主住院")
    shown = office.who("supervisor").get(f"/cases/{office.case_id}").text
    assert "暂缓超过到期日" in shown
    assert "账号已停用" not in shown
    users.disable(office.served.house.desk.ledger, "analyst", by=SYSTEM.user_id, reason="调离")
    assert "账号已停用" in office.who("supervisor").get(f"/cases/{office.case_id}").text


def test_what_was_looked_at_stands_beside_the_last_day_its_data_tell_of(office: Office) -> None:
    shown = office.who("analyst").get(f"/cases/{office.case_id}").text
    grid = shown.partition('aria-labelledby="coverage"')[2].partition("</table>")[0]
    cars = grid.partition("机动车登记")[2].partition("<tr>")[0]
    assert "2026-05-15" in cars
    assert "最新文件未通过" in cars or "已暂停" in cars
    assert grid.count("<td>20") == grid.count('scope="row"')


def test_nothing_is_due_any_more_in_a_closed_case(office: Office) -> None:
    assert "剩 15 天" in office.who("supervisor").get("/queue?view=all").text
    office.closes_adversely()
    shown = office.who("supervisor").get("/queue?view=closed").text
    assert office.case.case_no in shown
    assert "剩" not in shown


def test_a_notice_of_another_case_is_not_proved_from_this_one(office: Office, own_served: Served) -> None:
    office.does("analyst", "claim")
    office.does("analyst", "notice", way="hand", sent_date=today())
    listed = page(own_served.house.desk, EVERYWHERE, Filters()).cases
    of_another = next(one.case_id for one in listed if one.case_id != office.case_id)
    other = Office(own_served, case_id=of_another, people=office.people)
    answer = other.send("analyst", f"notices/{office.newest_notice()}/proof", delivered_date=today(), proof="回证")
    assert answer.status_code == 404
