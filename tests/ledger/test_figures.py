"""Figures of the work and of both errors, as the dashboards tell them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from core.moment import SHANGHAI, today
from ledger import (
    case_work,
    decisions,
    figures,
    figures_of_errors,
    figures_of_fairness,
    figures_of_work,
    notices,
    objections,
)
from ledger.case_words import Answer, Kind, Outcome, Verdict
from tests.ledger.test_dealings import closed, object_to
from tests.ledger.test_decisions import claimed, close, first, second
from tests.ledger.workplace import ELSEWHERE, HERE, Workplace, asked

SINCE = datetime(2000, 1, 1, tzinfo=UTC)


def test_verdicts_are_told_by_word_and_what_cannot_be_verified_settles_nothing(place: Workplace) -> None:
    claimed(place)
    first(place, outcome=Outcome.CANNOT_TELL, verdict=Verdict.CANNOT_VERIFY)
    assert figures.precision(place.desk, HERE, since=SINCE) == []
    second(place)
    [one] = figures.precision(place.desk, HERE, since=SINCE)
    assert (one.settled, one.undecided, one.verdicts) == (0, 1, {Verdict.CANNOT_VERIFY: 1})
    assert figures_of_fairness.judged_by_home(place.desk, HERE, since=SINCE) == []


def test_the_work_of_a_week_is_what_came_and_what_was_closed(place: Workplace) -> None:
    closed(place)
    [week] = figures_of_work.weeks(place.desk, HERE, since=SINCE)
    assert (week.came, week.closed, week.lapsed) == (1, 1, 0)
    assert week.monday <= today() <= week.monday + timedelta(days=6)
    assert figures_of_work.weeks(place.desk, ELSEWHERE, since=SINCE) == []
    assert figures_of_work.answers(place.desk, HERE, since=SINCE) == {Answer.AGREE: 1}


def test_a_household_of_which_all_was_dismissed_was_asked_in_vain(place: Workplace) -> None:
    closed(place)
    free = figures_of_errors.innocent(place.desk, HERE, since=SINCE)
    assert (free.cases, free.questions, free.noticed) == (1, 1, 0)
    assert figures_of_errors.innocent(place.desk, ELSEWHERE, since=SINCE).cases == 0
    [one] = figures_of_fairness.judged_by_home(place.desk, HERE, since=SINCE)
    assert (one.settled, one.confirmed, one.member_count) == (1, 0, 2)


def test_a_notice_to_a_household_asked_in_vain_is_counted(place: Workplace) -> None:
    case = claimed(place)
    told: dict[str, Any] = {"by": "li", "version": case.version, "way": "hand", "sent_date": today(), "reply_days": 30}
    notices.send(place.desk, HERE, case.case_id, **told)
    case_work.resume(place.desk, HERE, case.case_id, by="li", version=place.case("h1").version)
    first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED)
    second(place)
    close(place)
    assert figures_of_errors.innocent(place.desk, HERE, since=SINCE).noticed == 1


def test_months_owed_are_those_of_the_evidence_that_the_decision_keeps(place: Workplace) -> None:
    case = claimed(place, severity="favourable")
    [flag] = [one for one in place.flags(case.case_id) if one.open]
    period = {"period_from": "2025-11-01", "period_to": "2026-02-28"}
    evidence = {"questions": [{"flag_id": flag.flag_id, "finding": period}]}
    first(place, outcome=Outcome.IN_FAVOUR, verdict=Verdict.CONFIRMED, evidence=evidence)
    assert figures_of_errors.months_owed(place.desk, HERE, since=SINCE) == {"R-VEH-01": (1, 4)}
    assert figures_of_errors.months_owed(place.desk, ELSEWHERE, since=SINCE) == {}


def test_a_dismissed_question_in_favour_owes_nothing(place: Workplace) -> None:
    claimed(place, severity="favourable")
    first(place, outcome=Outcome.EXPLAINED, verdict=Verdict.LAGGED)
    assert figures_of_errors.months_owed(place.desk, HERE, since=SINCE) == {}


def test_an_answer_in_the_first_hours_of_a_month_was_waited_for_into_that_month(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    objection = object_to(place, closed(place))
    case = place.case("h1")
    case_work.assign(place.desk, HERE, case.case_id, to="zhang", by="chen", version=case.version)
    first(place, by="zhang", outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED)
    second(place, by="zhao")
    next_month = (today().replace(day=1) + timedelta(days=32)).replace(day=1)
    half_past_midnight = datetime.combine(next_month, time(0, 30), SHANGHAI)
    monkeypatch.setattr("ledger.objections.now", lambda: half_past_midnight.astimezone(UTC))
    objections.answer(place.desk, HERE, objection, by="zhao", outcome="upheld", note="改正")
    assert figures_of_errors.overturned(place.desk, HERE, since=SINCE).months_waited == 1


def test_an_upheld_objection_is_counted_with_the_months_it_waited(place: Workplace) -> None:
    objection = object_to(place, closed(place))
    assert figures_of_errors.overturned(place.desk, HERE, since=SINCE).answered == 0
    case = place.case("h1")
    case_work.assign(place.desk, HERE, case.case_id, to="zhang", by="chen", version=case.version)
    first(place, by="zhang", outcome=Outcome.EXPLAINED, verdict=Verdict.DECLARED)
    second(place, by="zhao")
    objections.answer(place.desk, HERE, objection, by="zhao", outcome="upheld", note="改正")
    told = figures_of_errors.overturned(place.desk, HERE, since=SINCE)
    assert (told.answered, told.upheld, told.months_waited) == (1, 1, 0)
    assert figures_of_errors.overturned(place.desk, ELSEWHERE, since=SINCE).answered == 0


def test_what_was_concluded_names_the_run_it_rested_on(place: Workplace) -> None:
    case_id = closed(place)
    [one] = figures_of_errors.concluded(place.desk, HERE, since=SINCE)
    [made, _] = decisions.of_case(place.desk, HERE, case_id)
    assert (one.case_id, one.kind, one.outcome, one.decided_run_id) == (
        case_id,
        Kind.FLAGGED,
        Outcome.EXPLAINED,
        made.run_id,
    )
    place.night(asked("f2", "h2"))
    assert len(figures_of_errors.concluded(place.desk, HERE, since=SINCE)) == 1


def test_kappa_is_cohens_and_says_nothing_of_nobody() -> None:
    one, two = Outcome.EXPLAINED, Outcome.UNDECLARED
    assert figures_of_work.kappa([]) is None
    assert figures_of_work.kappa([(one, one, 5)]) is None
    assert figures_of_work.kappa([(one, one, 20), (one, two, 5), (two, one, 10), (two, two, 15)]) == pytest.approx(0.4)
