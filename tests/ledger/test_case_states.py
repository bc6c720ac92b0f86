"""Random people doing random things: no case is ever closed against a household without all that it takes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import OperatorError
from core.moment import today
from core.settings import Settings
from ledger import audit, case_work, decisions, field_checks, notices, objections
from ledger.case_guards import TRANSITIONS
from ledger.case_schema import case_event
from ledger.case_words import Answer, Outcome, Stage, Status, Verdict
from ledger.cases import Case
from ledger.decisions import Decision
from ledger.desk import open_desk
from ledger.run import open_ledger
from tests.ledger.workplace import HERE, Workplace, asked, workplace

PEOPLE = ("li", "zhang", "wang", "zhao", "chen")
ACTS = (
    *("claim", "assign", "release", "snooze", "resume", "notice", "prove", "reply", "visit", "first", "first"),
    *("second", "second", "resolve", "close", "object", "news", "gone", "quiet"),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.sampled_from(PEOPLE),
        st.sampled_from([Outcome.UNDECLARED, Outcome.CHANGED, Outcome.EXPLAINED]),
        st.sampled_from(list(Answer)),
        st.booleans(),
    ),
    min_size=5,
    max_size=40,
)
FROZEN: dict[str, Any] = {"evidence": {}, "rule_versions": {}}


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A staffed installation with one case, made once and copied for every example; in memory, where there is such."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        place = workplace(Settings(home=Path(folder) / "template"))
        place.night(asked("f1", "h1"))
        place.desk.close()
        yield Path(folder)


@contextmanager
def embedded(folder: Path) -> Iterator[Workplace]:
    home = folder / "example"
    shutil.copytree(folder / "template", home)
    here = Settings(home=home, blind_share=0, sample_share=0)
    place = Workplace(open_desk(here), open_ledger(here), today() + timedelta(days=1))
    try:
        yield place
    finally:
        place.desk.close()
        shutil.rmtree(home)


def do(place: Workplace, act: str, by: str, outcome: Outcome, answer: Answer, early: bool) -> None:
    case = place.case("h1")
    desk, number, at = place.desk, case.case_id, {"by": by, "version": case.version}
    day = today() if early else today() - timedelta(days=40)
    if act == "claim":
        case_work.claim(desk, HERE, number, **at)
    elif act == "assign":
        case_work.assign(desk, HERE, number, to=by, by="chen", version=case.version)
    elif act == "release":
        case_work.release(desk, HERE, number, **at)
    elif act == "snooze":
        case_work.snooze(desk, HERE, number, **at, until=today() + timedelta(days=1), reason="出差")
    elif act == "resume":
        case_work.resume(desk, HERE, number, **at)
    elif act == "notice":
        notices.send(desk, HERE, number, **at, way="hand", sent_date=day, reply_days=30)
    elif act == "prove":
        for one in notices.of_case(desk, HERE, number)[-1:]:
            notices.prove(desk, HERE, one.notice_id, by=by, delivered_date=one.sent_date, proof="回证")
    elif act == "reply":
        notices.reply(desk, HERE, number, by=by, received_date=today(), summary="已说明")
    elif act == "visit":
        field_checks.record(desk, HERE, number, by=by, visit_date=today(), investigators=("甲", "乙"), found="在家")
    else:
        decide(place, act, case, by, outcome, answer)


def decide(place: Workplace, act: str, case: Case, by: str, outcome: Outcome, answer: Answer) -> None:
    desk, number, at = place.desk, case.case_id, {"by": by, "version": case.version}
    if act == "first":
        told = {one.flag_id: Verdict.CONFIRMED for one in place.flags(number) if one.open}
        reasons: dict[str, Any] = {"reason_code": "R1", "note": "核实", **FROZEN}
        decisions.first(desk, HERE, number, **at, outcome=outcome, verdicts=told, **reasons)
    elif act == "second":
        decisions.second(desk, HERE, number, **at, answer=answer, note="意见", **FROZEN)
    elif act == "resolve":
        decisions.resolve(desk, HERE, number, **at, answer=answer, note="意见", **FROZEN)
    elif act == "close":
        case_work.close(desk, HERE, number, **at)
    elif act == "object":
        told_by: dict[str, Any] = {"by": by, "received_date": today(), "channel": "来访", "summary": "异议"}
        objections.open_objection(desk, HERE, number, **told_by)
    elif act == "gone":
        place.night(homes=[])
    else:
        place.night(asked("f1", "h1", material=f'{{"night": {place.day.toordinal()}}}' if act == "news" else "{}"))


def of_round(place: Workplace, case: Case) -> list[Decision]:
    return [one for one in decisions.of_case(place.desk, HERE, case.case_id) if one.round == case.round]


def closed_rightly(place: Workplace, case: Case) -> None:
    made = of_round(place, case)
    [first] = [one for one in made if one.stage is Stage.FIRST]
    assert first.outcome is case.outcome
    assert case.outcome is not None
    if not case.outcome.adverse:
        return
    agreed = [one for one in made if one.answer is Answer.AGREE]
    everybody = decisions.of_case(place.desk, HERE, case.case_id)
    makers = {one.actor for one in everybody if one.stage is Stage.FIRST}
    assert agreed
    assert agreed[0].actor not in makers
    assert first.note
    assert first.reason_code
    told = [one for one in notices.of_case(place.desk, HERE, case.case_id) if one.delivered_date]
    now_told = [one for one in told if one.evidence_version == case.evidence_version]
    replies = notices.replies(place.desk, HERE, case.case_id)
    assert any(
        (one.days_end_date or today()) < today() or any(r.received_date >= one.sent_date for r in replies)
        for one in now_told
    )
    assert field_checks.of_case(place.desk, HERE, case.case_id)


REPEATED = [("claim", "li"), ("notice", "li"), ("prove", "li"), ("resume", "li"), ("visit", "li"), ("first", "li")]


@settings(max_examples=40)
@given(steps=STEPS)
def test_no_case_is_closed_against_a_household_without_all_that_it_takes(steps: list[Any], template: Path) -> None:
    with embedded(template) as place:
        closes = 0
        for act, by, outcome, answer, early in steps:
            before = place.case("h1")
            try:
                do(place, act, by, outcome, answer, early)
            except OperatorError:
                assert place.case("h1") == before
                continue
            after = place.case("h1")
            if after.status is Status.CLOSED and before.status is not Status.CLOSED:
                closed_rightly(place, after)
                closes += 1
        with place.owner.read() as connection:
            told = connection.execute(case_event.select().order_by(case_event.c.sequence)).mappings().all()
        assert [one["version"] for one in told] == list(range(1, len(told) + 1))
        moves = {f"{one['status_before']}>{one['status']}" for one in told if one["status_before"]}
        assert {move for move in moves if move.split(">")[0] != move.split(">")[1]} <= set(TRANSITIONS)
        assert audit.verify(place.owner).whole


@settings(max_examples=15)
@given(order=st.permutations(REPEATED), early=st.booleans())
def test_whatever_order_people_take_an_adverse_close_needs_every_step(
    order: list[Any], early: bool, template: Path
) -> None:
    with embedded(template) as place:
        for act, by in [("claim", "li"), *order, ("first", "li"), ("second", "wang"), ("close", "chen")]:
            try:
                do(place, act, by, Outcome.UNDECLARED, Answer.AGREE, early)
            except OperatorError:
                continue
        case = place.case("h1")
        if case.status is Status.CLOSED:
            closed_rightly(place, case)
            assert not early
