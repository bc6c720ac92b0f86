"""Figures of the work: load and age, how right each rule was, and what cases came to.

Reviewed cases are no random sample of what was flagged: figures of blind and of drawn cases stand apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from ledger.case_schema import case_, decision, flag, flag_verdict
from ledger.case_words import Kind, Outcome, Stage, Status, Verdict
from ledger.desk import Desk
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


@dataclass(frozen=True)
class RulePrecision:
    """Flags of a rule that people judged: confirmed, excluded, undecided; `blind` counts those of blind cases.

    `verdicts` are the same by word; `blind_settled` and `blind_confirmed` are those of blind cases that were settled.
    """

    rule: str
    confirmed: int
    excluded: int
    undecided: int
    blind: int
    verdicts: dict[Verdict, int]
    blind_settled: int
    blind_confirmed: int

    @property
    def settled(self) -> int:
        """Flags that were confirmed or excluded: what cannot be verified says nothing of the rule."""
        return self.confirmed + self.excluded


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
    """Per rule, the first persons' verdicts of each case's last decided round, by rule; n is the sum of the three."""
    query = select(flag.c.rule, flag_verdict.c.verdict, case_.c.blind, func.count())
    query = judged(query, scope, since).group_by(flag.c.rule, flag_verdict.c.verdict, case_.c.blind)
    counted: dict[str, Counter[tuple[Verdict, bool]]] = {}
    with desk.read(scope) as scoped:
        for rule, verdict, blind, number in scoped.connection.execute(query):
            counted.setdefault(rule, Counter())[Verdict(verdict), bool(blind)] += number
    return [_precision(rule, told) for rule, told in sorted(counted.items())]


def judged(query: Select[Any], scope: Scope, since: datetime) -> Select[Any]:
    """`query` over flags of the scope joined with the first person's verdict in each case's last decided round."""
    last = select(decision.c.case_id, func.max(decision.c.round).label("round")).group_by(decision.c.case_id).subquery()
    query = query.join_from(flag, flag_verdict, flag_verdict.c.flag_id == flag.c.sequence)
    query = query.join(decision, decision.c.sequence == flag_verdict.c.decision_id)
    query = query.join(last, (last.c.case_id == decision.c.case_id) & (last.c.round == decision.c.round))
    query = query.join(case_, case_.c.case_id == decision.c.case_id)
    return query.where(scope.where(), decision.c.stage == Stage.FIRST, decision.c.at >= since)


def outcomes(desk: Desk, scope: Scope, *, since: datetime) -> dict[Kind, dict[Outcome, int]]:
    """What cases closed since then came to; drawn cases apart, for they measure what nobody asked."""
    query = select(case_.c.kind, case_.c.outcome, func.count()).where(scope.where(), case_.c.status == Status.CLOSED)
    query = query.where(case_.c.changed_at >= since).group_by(case_.c.kind, case_.c.outcome)
    counted: dict[Kind, dict[Outcome, int]] = {kind: {} for kind in Kind}
    with desk.read(scope) as scoped:
        for kind, outcome, number in scoped.connection.execute(query):
            counted[Kind(kind)][Outcome(outcome)] = number
    return counted


def _precision(rule: str, told: Counter[tuple[Verdict, bool]]) -> RulePrecision:
    verdicts: Counter[Verdict] = Counter()
    for (verdict, _), number in told.items():
        verdicts[verdict] += number
    excluded = sum(number for verdict, number in verdicts.items() if verdict.excludes)
    right = told[Verdict.CONFIRMED, True]
    return RulePrecision(
        rule,
        verdicts[Verdict.CONFIRMED],
        excluded,
        verdicts[Verdict.CANNOT_VERIFY],
        blind=sum(number for (_, blind), number in told.items() if blind),
        verdicts=dict(verdicts),
        blind_settled=right + sum(number for (one, blind), number in told.items() if blind and one.excludes),
        blind_confirmed=right,
    )


def _age(days: int) -> str:
    return next((name for limit, name in AGES if days < limit), OLDEST)
