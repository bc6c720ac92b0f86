"""Objections: a household contests a conclusion; people decide anew who had no part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.moment import now
from ledger import audit
from ledger.case_schema import case_
from ledger.case_words import Status
from ledger.cases import change, known
from ledger.dealing_schema import objection, objection_answer
from ledger.desk import Desk, Scoped
from ledger.refusals import must_have_come, refused
from ledger.scope import Scope
from ledger.table_parts import appended

DECIDED = (Status.ISSUE, Status.CLOSED, Status.LAPSED)
OUTCOMES = ("upheld", "partly", "rejected")


@dataclass(frozen=True)
class Objection:
    """One objection and, once there is one, its answer (`outcome`: `upheld`, `partly`, `rejected`)."""

    objection_id: int
    case_id: int
    case_no: str
    round: int
    received_date: date
    answer_due_date: date
    channel: str
    summary: str
    by_whom: str
    at: datetime
    outcome: str | None
    note: str | None
    answered_by: str | None
    answered_at: datetime | None


def open_objection(
    desk: Desk, scope: Scope, case_id: int, *, by: str, received_date: date, channel: str, summary: str
) -> int:
    """Take in an objection to a closed case, which reopens for people who had not decided; its number. Audited.

    It is to be answered within `objection_answer_days` (20, as credit reporting law says, domain §6.4).

    Raises:
        OperatorError: no such case within the scope, or it is not closed.
    """

    must_have_come(received_date, where=f"case {case_id}")

    def write(scoped: Scoped) -> int:
        current = known(scoped, case_id)
        if current.status is not Status.CLOSED:
            raise refused("case.transition", f"the case is {current.status.en.lower()}", where=current.case_no)
        due = received_date + timedelta(days=desk.settings.objection_answer_days)
        row = {"case_id": case_id, "round": current.round + 1, "received_date": received_date, "channel": channel}
        row |= {"answer_due_date": due, "summary": summary, "by_whom": by, "at": now()}
        objection_id = appended(scoped.connection, objection, row)
        reopened: dict[str, Any] = {"status": Status.NEW, "round": current.round + 1, "outcome": None}
        change(scoped, case_id, current.version, by=by, why="objection", assignee=None, lease_until=None, **reopened)
        detail = {"objection": objection_id}
        audit.append(
            scoped.connection, desk.settings, "objection.opened", by=by, subject=current.case_no, detail=detail
        )
        return objection_id

    return desk.write_all(scope, f"case {case_id}", write)


def answer(desk: Desk, scope: Scope, objection_id: int, *, by: str, outcome: str, note: str) -> None:
    """Answer an objection, by a person who had not decided before it; audited.

    Raises:
        OperatorError: there is no such open objection within the scope, the case was not yet decided anew, or this
            person had decided before the objection.
    """

    def write(scoped: Scoped) -> None:
        query = _query(scope).where(objection.c.sequence == objection_id, objection_answer.c.sequence.is_(None))
        found = scoped.connection.execute(query).mappings().first()
        if found is None:
            raise refused("objection.unknown", "there is no such open objection", where=f"objection {objection_id}")
        if known(scoped, found["case_id"]).status not in DECIDED:
            raise refused("objection.not_yet", "the case was not yet decided anew", where=found["case_no"])
        row = {"objection_id": objection_id, "outcome": outcome, "note": note, "by_whom": by, "at": now()}
        scoped.connection.execute(objection_answer.insert().values(row))
        detail = {"objection": objection_id, "outcome": outcome}
        audit.append(
            scoped.connection, desk.settings, "objection.answered", by=by, subject=found["case_no"], detail=detail
        )

    desk.write_all(scope, f"objection {objection_id}", write)


def listed(desk: Desk, scope: Scope, *, open_only: bool = True, case_id: int | None = None) -> list[Objection]:
    """Objections within the scope, the one due first at the top."""
    query = _query(scope).order_by(objection.c.answer_due_date, objection.c.sequence)
    if open_only:
        query = query.where(objection_answer.c.sequence.is_(None))
    if case_id is not None:
        query = query.where(objection.c.case_id == case_id)
    with desk.read(scope) as scoped:
        return [Objection(**row) for row in scoped.connection.execute(query).mappings()]


def _query(scope: Scope) -> Any:
    names = ("case_id", "round", "received_date", "answer_due_date", "channel", "summary", "by_whom", "at")
    columns = [objection.c.sequence.label("objection_id"), *(objection.c[name] for name in names)]
    told = (objection_answer.c.outcome, objection_answer.c.note, objection_answer.c.by_whom.label("answered_by"))
    query = select(*columns, case_.c.case_no, *told, objection_answer.c.at.label("answered_at"))
    query = query.join(case_, case_.c.case_id == objection.c.case_id)
    return query.outerjoin(objection_answer, objection_answer.c.objection_id == objection.c.sequence).where(
        scope.where()
    )
