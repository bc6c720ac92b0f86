"""Figures of the work: load and age, how right each rule was, and what cases came to.

Reviewed cases are no random sample of what was flagged: figures of blind and of drawn cases stand apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from ledger.case_schema import case_, decision
from ledger.case_words import Kind, Outcome, Status
from ledger.desk import Desk
from ledger.rule_precision import RulePrecision, rule_precision
from ledger.scope import Scope

AGES = ((3, "0-2"), (11, "3-10"), (31, "11-30"))
OLDEST = "over 30"


@dataclass(frozen=True)
class Workload:
    """Open cases of one person (or of nobody) in one status: how many, overdue, and by age in days."""

    assignee: str | None
    status: Status
    cases: int
    overdue: int
    ages: dict[str, int]


def workload(desk: Desk, scope: Scope, *, today: date) -> list[Workload]:
    """Load by person and status, the unassigned first."""
    names = (case_.c.assignee, case_.c.status, case_.c.due_date, case_.c.opened_at)
    query = select(*names).where(scope.where(), case_.c.status.not_in([Status.WAITING, Status.CLOSED, Status.LAPSED]))
    ages: dict[tuple[str | None, str], Counter[str]] = {}
    overdue: Counter[tuple[str | None, str]] = Counter()
    with desk.read(scope) as scoped:
        for assignee, status, due, opened in scoped.connection.execute(query):
            ages.setdefault((assignee, status), Counter())[_age((today - opened.date()).days)] += 1
            overdue[assignee, status] += due < today
    return [
        Workload(assignee, Status(status), old.total(), overdue[assignee, status], dict(old))
        for (assignee, status), old in sorted(ages.items(), key=lambda one: (one[0][0] or "", one[0][1]))
    ]


def precision(desk: Desk, scope: Scope, *, since: datetime) -> list[RulePrecision]:
    """Per rule the verdicts given since then that stood (`ledger.rule_precision`); n is the sum of the three."""
    with desk.read(scope) as scoped:
        return rule_precision(scoped.connection, scope.where(), decision.c.at >= since)


def outcomes(desk: Desk, scope: Scope, *, since: datetime) -> dict[Kind, dict[Outcome, int]]:
    """What cases closed since then came to; drawn cases apart, for they measure what nobody asked."""
    query = select(case_.c.kind, case_.c.outcome, func.count()).where(scope.where(), case_.c.status == Status.CLOSED)
    query = query.where(case_.c.changed_at >= since).group_by(case_.c.kind, case_.c.outcome)
    counted: dict[Kind, dict[Outcome, int]] = {kind: {} for kind in Kind}
    with desk.read(scope) as scoped:
        for kind, outcome, number in scoped.connection.execute(query):
            counted[Kind(kind)][Outcome(outcome)] = number
    return counted


def _age(days: int) -> str:
    return next((name for limit, name in AGES if days < limit), OLDEST)
