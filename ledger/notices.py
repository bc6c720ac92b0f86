"""Notices to a household, proof that they arrived, and what was replied. Silence proves nothing (domain D2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, exists, select

from core.moment import now
from core.settings import Settings
from ledger import audit
from ledger.case_schema import case_
from ledger.case_words import Status
from ledger.cases import CLOCK, Case, change, known, step
from ledger.dealing_schema import household_reply, notice, notice_proof
from ledger.desk import Desk, Scoped
from ledger.refusals import StaleCase, must_have_come, refused
from ledger.scope import Scope
from ledger.table_parts import appended


@dataclass(frozen=True)
class Notice:
    """A notice of what is asked. Its days count from the day it arrived, once that is proved."""

    notice_id: int
    evidence_version: int
    way: str
    sent_date: date
    reply_days: int
    letter_id: int | None
    by_whom: str
    at: datetime
    delivered_date: date | None
    proof: str | None

    @property
    def days_end_date(self) -> date | None:
        """The last day on which the household may still reply; nothing while no proof says that it arrived."""
        return None if self.delivered_date is None else self.delivered_date + timedelta(days=self.reply_days)


@dataclass(frozen=True)
class Reply:
    """What a household replied."""

    reply_id: int
    notice_id: int | None
    received_date: date
    summary: str
    by_whom: str
    at: datetime


def send(
    desk: Desk,
    scope: Scope,
    case_id: int,
    *,
    by: str,
    version: int,
    way: str,
    sent_date: date,
    reply_days: int,
    letter_id: int | None = None,
) -> int:
    """Tell the household what is asked; the case then awaits it. The notice speaks of the evidence as it stands.

    Raises:
        StaleCase: the case has changed.
        OperatorError: the case is not under review, or the day lies in the future.
    """

    must_have_come(sent_date, where=f"case {case_id}")

    def write(scoped: Scoped) -> int:
        current = known(scoped, case_id)
        if current.version != version:
            raise StaleCase(current)
        row = {"case_id": case_id, "evidence_version": current.evidence_version, "way": way, "sent_date": sent_date}
        row |= {"reply_days": reply_days, "letter_id": letter_id, "by_whom": by, "at": now()}
        notice_id = appended(scoped.connection, notice, row)
        change(
            scoped, case_id, version, by=by, why="notice", status=Status.AWAIT, lease_until=None, visit_due_date=None
        )
        _tell(desk, scoped, current, "notice.sent", by, {"notice": notice_id, "way": way})
        return notice_id

    return desk.write_all(scope, f"case {case_id}", write)


def prove(desk: Desk, scope: Scope, notice_id: int, *, by: str, delivered_date: date, proof: str) -> None:
    """Record that a notice arrived, and by what that is known (a receipt, a witness, a page of the post).

    Raises:
        OperatorError: there is no such notice within the scope, it is proved already, or the day cannot be.
    """

    must_have_come(delivered_date, where=f"notice {notice_id}")

    def write(scoped: Scoped) -> None:
        asked = select(notice.c.case_id, notice.c.sent_date).join(case_)
        found = scoped.connection.execute(asked.where(notice.c.sequence == notice_id, scope.where())).first()
        if found is None or _proved(scoped.connection, notice_id):
            raise refused("case.notice", "there is no such notice without proof", where=f"notice {notice_id}")
        case_id, sent_date = found
        if delivered_date < sent_date:
            raise refused("dealing.day", "a notice arrives after it was sent", where=f"notice {notice_id}")
        row = {"notice_id": notice_id, "delivered_date": delivered_date, "proof": proof, "by_whom": by, "at": now()}
        scoped.connection.execute(notice_proof.insert().values(row))
        _tell(desk, scoped, known(scoped, case_id), "notice.proved", by, {"notice": notice_id})

    desk.write_all(scope, f"notice {notice_id}", write)


def reply(
    desk: Desk,
    scope: Scope,
    case_id: int,
    *,
    by: str,
    received_date: date,
    summary: str,
    notice_id: int | None = None,
) -> int:
    """Record what a household replied, on paper, by telephone or in person; the case stays where it is.

    Raises:
        OperatorError: no such case within the scope, nothing is said, or a reply of the future.
    """
    must_have_come(received_date, where=f"case {case_id}")

    def write(scoped: Scoped) -> int:
        current = known(scoped, case_id)
        row = {"case_id": case_id, "notice_id": notice_id, "received_date": received_date, "summary": summary}
        reply_id = appended(scoped.connection, household_reply, {**row, "by_whom": by, "at": now()})
        _tell(desk, scoped, current, "household.replied", by, {"reply": reply_id})
        return reply_id

    return desk.write_all(scope, f"case {case_id}", write)


def of_case(desk: Desk, scope: Scope, case_id: int) -> list[Notice]:
    """The notices of a case, oldest first."""
    names = ("evidence_version", "way", "sent_date", "reply_days", "letter_id", "by_whom", "at")
    columns = [notice.c.sequence.label("notice_id"), *(notice.c[name] for name in names)]
    query = select(*columns, notice_proof.c.delivered_date, notice_proof.c.proof)
    query = query.join(case_, case_.c.case_id == notice.c.case_id).outerjoin(notice_proof)
    query = query.where(notice.c.case_id == case_id, scope.where()).order_by(notice.c.sequence)
    with desk.read(scope) as scoped:
        return [Notice(**row) for row in scoped.connection.execute(query).mappings()]


def replies(desk: Desk, scope: Scope, case_id: int) -> list[Reply]:
    """What the household replied, oldest first."""
    names = ("notice_id", "received_date", "summary", "by_whom", "at")
    columns = [household_reply.c.sequence.label("reply_id"), *(household_reply.c[name] for name in names)]
    query = select(*columns).join(case_, case_.c.case_id == household_reply.c.case_id)
    query = query.where(household_reply.c.case_id == case_id, scope.where()).order_by(household_reply.c.sequence)
    with desk.read(scope) as scoped:
        return [Reply(**row) for row in scoped.connection.execute(query).mappings()]


def pass_in_silence(connection: Connection, settings: Settings, day: date) -> int:
    """Give cases whose household let its days pass in silence a due visit, and change nothing else; how many."""
    told = (notice.c.case_id == case_.c.case_id) & (notice.c.evidence_version == case_.c.evidence_version)
    answered = exists().where(
        household_reply.c.case_id == case_.c.case_id, household_reply.c.received_date >= notice.c.sent_date
    )
    query = select(case_.c.case_id, case_.c.version, notice_proof.c.delivered_date, notice.c.reply_days)
    query = query.join(notice, told).join(notice_proof, notice_proof.c.notice_id == notice.c.sequence)
    query = query.where(case_.c.status == Status.AWAIT, case_.c.visit_due_date.is_(None), ~answered)
    silent = {
        case_id: version
        for case_id, version, delivered, days in connection.execute(query).all()
        if delivered + timedelta(days=days) < day
    }
    due = day + timedelta(days=settings.visit_due_days)
    for case_id, version in silent.items():
        step(connection, case_id, version, by=CLOCK, why="silence", visit_due_date=due)
    return len(silent)


def _proved(connection: Connection, notice_id: int) -> bool:
    proved = select(notice_proof.c.sequence).where(notice_proof.c.notice_id == notice_id)
    return connection.execute(proved).first() is not None


def _tell(desk: Desk, scoped: Scoped, case: Case, act: str, by: str, detail: dict[str, object]) -> None:
    audit.append(scoped.connection, desk.settings, act, by=by, subject=case.case_no, detail=detail)
