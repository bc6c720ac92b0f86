"""Who may decide what: two people, a reason, proof of notice, a reply or the elapsed days, and a visit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.errors import OperatorError
from core.moment import now, today
from ledger import case_work, decisions, field_checks, notices
from ledger.case_words import Answer, Outcome, Role, Status, Verdict
from ledger.cases import Case
from ledger.decisions import Decision
from ledger.refusals import StaleCase
from tests.ledger.workplace import HERE, Workplace, asked

EVIDENCE = {"shown": ["f1"]}
RULES = {"R-VEH-01": "v1"}
LONG_AGO = today() - timedelta(days=60)


def opened(place: Workplace, severity: str = "eligibility") -> Case:
    place.night(asked("f1", "h1", severity=severity))
    return place.case("h1")


def claimed(place: Workplace, by: str = "li", severity: str = "eligibility") -> Case:
    return case_work.claim(place.desk, HERE, (case := opened(place, severity)).case_id, by=by, version=case.version)


def first(
    place: Workplace,
    by: str = "li",
    outcome: Outcome = Outcome.UNDECLARED,
    verdict: Verdict = Verdict.CONFIRMED,
    **how: Any,
) -> Decision:
    case = place.case("h1")
    given = {one.flag_id: verdict for one in place.flags(case.case_id) if one.open}
    told = {"verdicts": given, "reason_code": "R1", "note": "与家庭核实", "evidence": EVIDENCE, "rule_versions": RULES}
    return decisions.first(
        place.desk, HERE, case.case_id, by=by, version=case.version, outcome=outcome, **{**told, **how}
    )


def second(place: Workplace, by: str = "wang", answer: Answer = Answer.AGREE, **how: Any) -> Decision:
    case = place.case("h1")
    told = {"note": "" if answer is Answer.AGREE else "再核", "evidence": EVIDENCE, "rule_versions": RULES, **how}
    return decisions.second(place.desk, HERE, case.case_id, by=by, version=case.version, answer=answer, **told)


def close(place: Workplace, by: str = "sun") -> Case:
    case = place.case("h1")
    return case_work.close(place.desk, HERE, case.case_id, by=by, version=case.version)


def notify(place: Workplace, sent: Any = LONG_AGO, days: int = 30) -> int:
    case = place.case("h1")
    notice_id = notices.send(
        place.desk,
        HERE,
        case.case_id,
        **{"by": "li", "version": case.version, "way": "hand", "sent_date": sent, "reply_days": days},
    )
    case = place.case("h1")
    case_work.resume(place.desk, HERE, case.case_id, by="li", version=case.version)
    return notice_id


def prove(place: Workplace, notice_id: int, delivered: Any = LONG_AGO) -> None:
    notices.prove(place.desk, HERE, notice_id, by="li", delivered_date=delivered, proof="送达回证 12 号")


def visit(place: Workplace) -> None:
    field_checks.record(
        place.desk,
        HERE,
        place.case("h1").case_id,
        **{"by": "li", "visit_date": today(), "investigators": ("王", "赵"), "found": "车辆在用"},
    )


def refused(code: str, act: Callable[[], Any]) -> None:
    with pytest.raises(OperatorError) as caught:
        act()
    assert caught.value.code == code


def test_an_adverse_close_has_two_people_a_notice_its_days_and_a_visit(place: Workplace) -> None:
    claimed(place)
    prove(place, notify(place))
    visit(place)
    first(place)
    assert place.case("h1").status is Status.SECOND
    second(place)
    assert (place.case("h1").status, place.case("h1").outcome) == (Status.ISSUE, Outcome.UNDECLARED)
    assert close(place).status is Status.CLOSED


def test_the_maker_of_the_first_decision_is_never_its_second_person_even_after_reassignment(place: Workplace) -> None:
    claimed(place)
    place.hire("li", Role.REVIEWER)
    first(place)
    refused("case.four_eyes", lambda: second(place, by="li"))
    second(place, answer=Answer.RETURN)
    case = place.case("h1")
    case_work.assign(place.desk, HERE, case.case_id, to="zhang", by="chen", version=case.version)
    first(place, by="zhang")
    refused("case.four_eyes", lambda: second(place, by="li"))
    refused("case.four_eyes", lambda: second(place, by="zhang"))
    second(place)
    assert place.case("h1").status is Status.ISSUE


def test_the_database_itself_refuses_the_own_second_review(place: Workplace) -> None:
    claimed(place)
    first(place)
    copied = (
        "insert into decision (case_id, case_version, round, stage, actor, answer, note, evidence, evidence_sha256,"
        " rule_versions, run_id, at) select d.case_id, c.version, d.round, 'second', d.actor, 'agree', '', evidence,"
        " evidence_sha256, rule_versions, d.run_id, d.at from decision d join case_ c on c.case_id = d.case_id"
    )
    with pytest.raises(DBAPIError, match=r"hedui:case\.four_eyes"), place.owner.write() as connection:
        connection.execute(text(copied))


@pytest.mark.parametrize(
    ("lacking", "code"),
    [("notice", "case.notice"), ("proof", "case.notice"), ("days", "case.reply_period"), ("visit", "case.field_check")],
)
def test_an_adverse_close_that_lacks_something_is_refused(place: Workplace, lacking: str, code: str) -> None:
    claimed(place)
    if lacking != "notice":
        notice_id = notify(place, sent=today() if lacking == "days" else LONG_AGO)
        if lacking != "proof":
            prove(place, notice_id, delivered=today() if lacking == "days" else LONG_AGO)
    if lacking != "visit":
        visit(place)
    first(place)
    second(place)
    refused(code, lambda: close(place))


def test_a_reply_of_the_household_ends_the_waiting(place: Workplace) -> None:
    claimed(place)
    prove(place, notify(place, sent=today()), delivered=today())
    visit(place)
    first(place)
    second(place)
    refused("case.reply_period", lambda: close(place))
    told = {"by": "li", "received_date": today(), "summary": "车已转让,未过户"}
    notices.reply(place.desk, HERE, place.case("h1").case_id, **told)
    assert close(place).status is Status.CLOSED


def test_the_days_end_on_the_last_day_not_before(place: Workplace) -> None:
    claimed(place)
    prove(place, notify(place, sent=today() - timedelta(days=30)), delivered=today() - timedelta(days=30))
    visit(place)
    first(place)
    second(place)
    refused("case.reply_period", lambda: close(place))


def test_a_notice_speaks_of_the_evidence_it_was_sent_for(place: Workplace) -> None:
    claimed(place)
    prove(place, notify(place))
    visit(place)
    place.night(asked("f1", "h1"), asked("f2", "h1"))
    first(place)
    second(place)
    refused("case.notice", lambda: close(place))


def test_an_adverse_first_decision_needs_a_reason_and_a_confirmed_flag(place: Workplace) -> None:
    claimed(place)
    refused("case.reason", lambda: first(place, note=" "))
    refused("case.reason", lambda: first(place, reason_code=""))
    refused("case.verdicts", lambda: first(place, verdict=Verdict.LAGGED))
    refused("case.verdicts", lambda: first(place, verdicts={}))
    assert place.case("h1").status is Status.REVIEW


def test_one_person_is_enough_where_nothing_grave_is_dismissed(place: Workplace) -> None:
    claimed(place, severity="question")
    first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED, note="")
    assert place.case("h1").status is Status.ISSUE
    assert close(place).outcome is Outcome.EXPLAINED


def test_dismissing_a_grave_flag_takes_two(place: Workplace) -> None:
    claimed(place)
    first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.OTHER_PERSON)
    assert place.case("h1").status is Status.SECOND
    around = "update case_ set status = 'issue', outcome = 'explained', version = version + 1"
    with pytest.raises(DBAPIError, match=r"hedui:case\.two_people"), place.owner.write() as connection:
        connection.execute(text(around))


def test_only_who_has_the_case_decides_first(place: Workplace) -> None:
    claimed(place)
    refused("case.not_yours", lambda: first(place, by="zhang"))


def test_no_outcome_names_fraud_and_the_database_knows_no_other(place: Workplace) -> None:
    assert not any("fraud" in one.value + one.en.lower() or "诈" in one.zh or "骗" in one.zh for one in Outcome)
    claimed(place)
    with pytest.raises(DBAPIError, match=r"ck_decision_outcome"), place.owner.write() as connection:
        connection.execute(text(_DECIDED.format(outcome="fraud")))


_DECIDED = (
    "insert into decision (case_id, case_version, round, stage, actor, outcome, reason_code, note, evidence,"
    " evidence_sha256, rule_versions, run_id, at) select case_id, version, round, 'first', assignee, '{outcome}', 'x',"
    " 'x', '{{}}', '', '{{}}', run_id, changed_at from case_"
)


def test_a_decision_on_a_page_that_is_old_is_refused_and_shows_the_case_as_it_stands(place: Workplace) -> None:
    claimed(place)
    old = place.case("h1").version
    place.night(asked("f1", "h1"), asked("f2", "h1"))
    with pytest.raises(StaleCase) as caught:
        decisions.first(
            place.desk,
            HERE,
            place.case("h1").case_id,
            **{"by": "li", "version": old, "outcome": Outcome.EXPLAINED, "verdicts": {}, "reason_code": "R1"},
            **{"note": "", "evidence": {}, "rule_versions": {}},
        )
    assert caught.value.case == place.case("h1")


def test_news_while_the_second_person_is_awaited_reopens_the_first_decision(place: Workplace) -> None:
    claimed(place)
    first(place)
    place.night(asked("f1", "h1", material='{"changed": true}'))
    case = place.case("h1")
    assert (case.status, case.round, case.assignee, case.changed_why) == (Status.REVIEW, 2, "li", "evidence_changed")
    refused("case.transition", lambda: second(place))
    first(place)
    second(place)
    assert place.case("h1").status is Status.ISSUE
    assert [one.round for one in decisions.of_case(place.desk, HERE, case.case_id)] == [1, 2, 2]


def test_a_decided_case_stands_without_news_and_reopens_with_it(place: Workplace) -> None:
    claimed(place, severity="question")
    first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED)
    close(place)
    assert place.night(asked("f1", "h1", severity="question")) == {}
    place.night(asked("f1", "h1", severity="question", material='{"other": 1}'))
    case = place.case("h1")
    assert (case.status, case.round, case.assignee, case.outcome) == (Status.NEW, 2, None, None)


def test_a_supervisor_who_decided_nothing_resolves_a_difference(place: Workplace) -> None:
    claimed(place)
    first(place)
    second(place, answer=Answer.DIFFER)
    case = place.case("h1")
    assert case.status is Status.DIFFERS
    told = {"version": case.version, "answer": Answer.AGREE, "note": "", "evidence": {}, "rule_versions": {}}
    for involved in ("li", "wang"):
        refused(
            "case.four_eyes",
            lambda by=involved: decisions.resolve(place.desk, HERE, case.case_id, by=by, **told),
        )
    decisions.resolve(place.desk, HERE, case.case_id, by="chen", **told)
    assert place.case("h1").status is Status.ISSUE


def test_a_blind_case_takes_two_whatever_the_outcome_and_tells_how_far_they_agree(place: Workplace) -> None:
    place.owner.settings.blind_share = 1.0
    claimed(place, severity="question")
    first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED)
    assert place.case("h1").status is Status.SECOND
    refused("case.blind", lambda: second(place))
    second(place, outcome=Outcome.CANNOT_TELL)
    assert place.case("h1").status is Status.DIFFERS
    since = now() - timedelta(hours=1)
    pairs = decisions.agreement(place.desk, HERE, since=since)
    assert pairs == [(Outcome.EXPLAINED, Outcome.CANNOT_TELL, 1)]


def test_the_second_queue_leaves_out_what_one_decided_first(place: Workplace) -> None:
    claimed(place)
    first(place)
    seen = {by: len(decisions.awaiting_second(place.desk, HERE, by=by).cases) for by in ("li", "wang")}
    assert seen == {"li": 0, "wang": 1}


def test_a_decision_keeps_what_was_seen_frozen_and_hashed(place: Workplace) -> None:
    claimed(place)
    made = first(place)
    assert json.loads(made.evidence) == EVIDENCE
    assert made.evidence_sha256 == hashlib.sha256(made.evidence.encode()).hexdigest()
    assert (made.rule_versions, set(made.verdicts.values())) == (RULES, {Verdict.CONFIRMED})
    for statement in ("update decision set note = 'x'", "delete from decision", "delete from flag_verdict"):
        with pytest.raises(DBAPIError, match="append-only"), place.owner.write() as connection:
            connection.execute(text(statement))


def test_silence_changes_nothing_but_the_due_visit(place: Workplace) -> None:
    claimed(place)
    told = {"by": "li", "version": place.case("h1").version, "way": "post", "sent_date": LONG_AGO, "reply_days": 30}
    prove(place, notices.send(place.desk, HERE, place.case("h1").case_id, **told))
    before = place.case("h1")
    assert place.night(asked("f1", "h1")) == {"silent": 1}
    after = place.case("h1")
    assert after.visit_due_date is not None
    changed = {name for name in vars(after) if getattr(after, name) != getattr(before, name)}
    assert changed == {"visit_due_date", "version", "changed_by", "changed_why", "changed_at"}
    assert place.night(asked("f1", "h1")) == {}
    by_time = "update case_ set status = 'review', version = version + 1, changed_by = 'clock'"
    with pytest.raises(DBAPIError, match="silence changes nothing"), place.owner.write() as connection:
        connection.execute(text(by_time))


def test_a_flag_may_not_be_judged_once_the_case_has_gone_on(place: Workplace) -> None:
    claimed(place)
    made = first(place)
    judged = f"{made.decision_id}, {place.flags(made.case_id)[0].flag_id}, 'lagged'"
    later = f"insert into flag_verdict (decision_id, flag_id, verdict) values ({judged})"  # noqa: S608
    with pytest.raises(DBAPIError), place.owner.write() as connection:
        connection.execute(text(later))
