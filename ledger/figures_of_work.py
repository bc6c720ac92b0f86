"""Figures of the work over time: cases opened and closed by week, answers of second persons, agreement unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from core.moment import SHANGHAI
from ledger.case_schema import case_, case_event, decision
from ledger.case_words import Answer, Outcome, Stage, Status
from ledger.desk import Desk
from ledger.scope import Scope


@dataclass(frozen=True)
class Week:
    """One week, by its Monday: cases that came to people, were closed, and lapsed by themselves."""

    monday: date
    came: int
    closed: int
    lapsed: int


def weeks(desk: Desk, scope: Scope, *, since: datetime) -> list[Week]:
    """Every week since then in which something happened, oldest first."""
    query = select(case_event.c.at, case_event.c.status, case_event.c.status_before)
    query = query.join(case_, case_.c.case_id == case_event.c.case_id).where(scope.where(), case_event.c.at >= since)
    counted: dict[date, Counter[str]] = {}
    with desk.read(scope) as scoped:
        for at, status, before in scoped.connection.execute(query):
            if status != before:
                counted.setdefault(_monday(at), Counter())[status] += 1
    return [
        Week(monday, told[Status.NEW], told[Status.CLOSED], told[Status.LAPSED])
        for monday, told in sorted(counted.items())
    ]


def answers(desk: Desk, scope: Scope, *, since: datetime) -> dict[Answer, int]:
    """What second persons who had read the first decision said of it."""
    query = select(decision.c.answer).join(case_, case_.c.case_id == decision.c.case_id)
    query = query.where(scope.where(), decision.c.stage == Stage.SECOND, ~case_.c.blind, decision.c.at >= since)
    with desk.read(scope) as scoped:
        return dict(Counter(Answer(one) for one in scoped.connection.execute(query).scalars()))


def kappa(pairs: Iterable[tuple[Outcome, Outcome, int]]) -> float | None:
    """Cohen's κ of two people who decided unseen (first, second, how often); None where it says nothing.

    Source: Cohen, J. (1960), A coefficient of agreement for nominal scales.
    """
    told = list(pairs)
    total = sum(number for _, _, number in told)
    if not total:
        return None
    agreed = sum(number for one, two, number in told if one is two) / total
    firsts, seconds = Counter[Outcome](), Counter[Outcome]()
    for one, two, number in told:
        firsts[one] += number
        seconds[two] += number
    by_chance = sum(firsts[word] * seconds[word] for word in Outcome) / total**2
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def _monday(at: datetime) -> date:
    day = at.astimezone(SHANGHAI).date()
    return day - timedelta(days=day.weekday())
