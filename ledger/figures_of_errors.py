"""Both errors: what was asked of households that had nothing to explain, and what reached a household too late.

The authority decides about a payment outside; what is counted here is what the centre concluded, never what it saved.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from core.moment import SHANGHAI
from ledger.case_schema import case_, decision, flag, flag_verdict
from ledger.case_words import Kind, Outcome, Stage, Status, Verdict
from ledger.dealing_schema import notice, objection, objection_answer
from ledger.desk import Desk
from ledger.rule_precision import judged
from ledger.scope import Scope


@dataclass(frozen=True)
class Concluded:
    """A closed case: its household, what it came to, and the run that the first decision rested on."""

    case_id: int
    household_key: str
    kind: Kind
    outcome: Outcome
    decided_run_id: str


@dataclass(frozen=True)
class Innocent:
    """Cases closed with every question dismissed; how many of them had a notice sent to the household."""

    cases: int
    questions: int
    noticed: int


@dataclass(frozen=True)
class Overturned:
    """Objections answered, those upheld in whole or in part, and the months that each upheld one had to wait."""

    answered: int
    upheld: int
    months_waited: int


def concluded(desk: Desk, scope: Scope, *, since: datetime) -> list[Concluded]:
    """The cases closed since then, by number."""
    last = select(func.max(decision.c.sequence)).where(decision.c.stage == Stage.FIRST).group_by(decision.c.case_id)
    query = select(case_.c.case_id, case_.c.household_key, case_.c.kind, case_.c.outcome, decision.c.run_id)
    query = query.join(decision, decision.c.case_id == case_.c.case_id).where(decision.c.sequence.in_(last))
    query = query.where(scope.where(), case_.c.status == Status.CLOSED, case_.c.changed_at >= since)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query.order_by(case_.c.case_id)).all()
    return [Concluded(row[0], row[1], Kind(row[2]), Outcome(row[3]), row[4]) for row in rows]


def innocent(desk: Desk, scope: Scope, *, since: datetime) -> Innocent:
    """What was asked of households of which every question was dismissed in the end."""
    query = judged(select(case_.c.case_id, flag_verdict.c.verdict), scope.where(), decision.c.at >= since)
    query = query.where(case_.c.status == Status.CLOSED)
    noticed = select(notice.c.case_id).join(case_, case_.c.case_id == notice.c.case_id).where(scope.where())
    asked: dict[int, list[Verdict]] = {}
    with desk.read(scope) as scoped:
        for case_id, verdict in scoped.connection.execute(query):
            asked.setdefault(case_id, []).append(Verdict(verdict))
        told = set(scoped.connection.execute(noticed).scalars())
    free = {case_id: found for case_id, found in asked.items() if all(one.excludes for one in found)}
    return Innocent(len(free), sum(map(len, free.values())), len(told & free.keys()))


def months_owed(desk: Desk, scope: Scope, *, since: datetime) -> dict[str, tuple[int, int]]:
    """Rule → (questions in the household's favour that were confirmed, months they cover), of decided cases.

    The months are those of the evidence that the decision keeps: from the first to the last month it names.
    """
    query = judged(select(flag.c.rule, flag.c.sequence, decision.c.evidence), scope.where(), decision.c.at >= since)
    query = query.where(flag.c.severity == "favourable", flag_verdict.c.verdict == Verdict.CONFIRMED)
    owed: dict[str, tuple[int, int]] = {}
    with desk.read(scope) as scoped:
        for rule, flag_id, evidence in scoped.connection.execute(query):
            questions, months = owed.get(rule, (0, 0))
            owed[rule] = (questions + 1, months + _months(json.loads(evidence), flag_id))
    return dict(sorted(owed.items()))


def overturned(desk: Desk, scope: Scope, *, since: datetime) -> Overturned:
    """Objections answered since then; months from receipt to answer count from one calendar month to the other."""
    query = select(objection.c.received_date, objection_answer.c.outcome, objection_answer.c.at)
    query = query.join(objection_answer, objection_answer.c.objection_id == objection.c.sequence)
    query = query.join(case_, case_.c.case_id == objection.c.case_id)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query.where(scope.where(), objection_answer.c.at >= since)).all()
    upheld = [
        (received, at.astimezone(SHANGHAI).date()) for received, outcome, at in rows if outcome in ("upheld", "partly")
    ]
    return Overturned(len(rows), len(upheld), sum(_apart(received, day) for received, day in upheld))


def _months(evidence: dict[str, Any], flag_id: int) -> int:
    for asked in evidence.get("questions", []):
        if asked["flag_id"] == flag_id and asked["finding"]["period_from"] and asked["finding"]["period_to"]:
            first, last = (date.fromisoformat(asked["finding"][name]) for name in ("period_from", "period_to"))
            return _apart(first, last) + 1
    return 0


def _apart(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
