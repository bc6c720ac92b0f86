"""Commissioned checks (委托核对): a household that applies, with purpose and authorisations, looked at on its own.

Names and numbers stand here under seal, with a key per check. Erasing the key erases them; what was asked, by whom and
with what result stays, without a person in it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, or_, select

from core.moment import now
from core.sealing import seal, unseal
from ledger import audit, jobs, keys
from ledger.access_schema import job
from ledger.commission_schema import commissioned_check, commissioned_check_event
from ledger.desk import Desk, Scoped
from ledger.refusals import refused
from ledger.run import Ledger
from ledger.scope import Scope
from ledger.table_parts import appended

JOB = "commissioned_check"


@dataclass(frozen=True)
class Check:
    """One commissioned check. `state` is `asked begun looked failed erased`; `told` what its last event says, `facts`
    what became known on its way: `deliveries`, `household_key`, `run_id`."""

    check_id: int
    region_code: str
    purpose_code: str
    document: str
    as_of_date: date
    person_count: int
    key_id: str
    asked_by: str
    at: datetime
    state: str
    told: dict[str, Any]
    facts: dict[str, Any]

    @property
    def number(self) -> str:
        """The number people name it by."""
        return f"WT-{self.at.year}-{self.check_id:06d}"

    @property
    def run_id(self) -> str | None:
        """The published run that looked, or none yet."""
        return self.facts.get("run_id")

    @property
    def household_key(self) -> str:
        """The household as the ledger knows it; known once its lists were read."""
        return str(self.facts.get("household_key", ""))


def ask(
    desk: Desk,
    scope: Scope,
    *,
    by: str,
    region_code: str,
    purpose_code: str,
    document: str,
    as_of: date,
    person_count: int,
    content: bytes,
) -> int:
    """Take a check in and ask for its run, in one transaction; its number. `content` is sealed. Audited, without it.

    Raises:
        OperatorError: the region lies outside the scope, or a word is missing.
    """
    if not scope.covers(region_code):
        raise refused("check.region", "the region lies outside your regions", where=region_code)
    key_id = f"check:{secrets.token_hex(12)}"
    sealed = seal(keys.create(desk.ledger, key_id), content, bound_to=key_id)
    row = {"region_code": region_code, "purpose_code": purpose_code, "document": document, "as_of_date": as_of}
    row |= {"person_count": person_count, "key_id": key_id, "sealed": sealed, "asked_by": by, "at": now()}

    def write(scoped: Scoped) -> int:
        check_id = appended(scoped.connection, commissioned_check, row)
        detail = {"purpose": purpose_code, "document": document, "persons": person_count, "as_of": as_of.isoformat()}
        subject = f"check {check_id}"
        audit.append(scoped.connection, desk.settings, "check.asked", by=by, subject=subject, detail=detail)
        appended(scoped.connection, job, jobs.queued(JOB, {"check_id": check_id}, by))
        return check_id

    return desk.write_all(scope, "commissioned check", write)


def get(desk: Desk, scope: Scope, check_id: int) -> Check | None:
    """The check of this number within the scope."""
    with desk.read(scope) as scoped:
        return next(
            iter(_select(scoped.connection, _within(scope) & (commissioned_check.c.sequence == check_id))), None
        )


def listed(desk: Desk, scope: Scope, *, size: int = 100) -> list[Check]:
    """The newest checks within the scope."""
    with desk.read(scope) as scoped:
        return _select(scoped.connection, _within(scope), size)


def known(ledger: Ledger, check_id: int) -> Check:
    """The check of this number, for the pipeline, which has no region.

    Raises:
        OperatorError: there is none.
    """
    with ledger.read() as connection:
        found = _select(connection, commissioned_check.c.sequence == check_id)
    if not found:
        raise refused("check.unknown", "there is no such check", where=f"check {check_id}")
    return found[0]


def content_of(ledger: Ledger, check: Check) -> bytes:
    """What was sealed.

    Raises:
        OperatorError: the key was erased.
    """
    column = commissioned_check.c.sealed
    with ledger.read() as connection:
        sealed = connection.execute(select(column).where(commissioned_check.c.sequence == check.check_id)).scalar_one()
    return unseal(keys.open_key(ledger, check.key_id), sealed, bound_to=check.key_id)


def tell(ledger: Ledger, check_id: int, kind: str, detail: dict[str, Any], *, by: str) -> None:
    """Append what happened to a check (`begun looked failed erased`); audited."""

    def write(connection: Connection) -> None:
        row = {"check_id": check_id, "kind": kind, "detail": detail, "by_whom": by, "at": now()}
        appended(connection, commissioned_check_event, row)
        subject = f"check {check_id}"
        audit.append(connection, ledger.settings, f"check.{kind}", by=by, subject=subject, detail=detail)

    ledger.write_all(write)


def asked_before(ledger: Ledger, instant: datetime) -> list[Check]:
    """Checks that were asked before the instant and are not erased, oldest first."""
    with ledger.read() as connection:
        found = _select(connection, commissioned_check.c.at < instant, None)
    return [one for one in reversed(found) if one.state != "erased"]


def standing(ledger: Ledger, check_ids: Collection[int]) -> set[str]:
    """Households of checks that are not erased, other than these: their keys are needed still."""
    with ledger.read() as connection:
        every = _select(connection, ~commissioned_check.c.sequence.in_(check_ids), None)
    return {one.household_key for one in every if one.state != "erased" and one.household_key}


def _within(scope: Scope) -> ColumnElement[bool]:
    if not scope.prefixes:
        return false()
    return or_(*(commissioned_check.c.region_code.startswith(prefix, autoescape=True) for prefix in scope.prefixes))


def _select(connection: Connection, condition: ColumnElement[bool], size: int | None = 1) -> list[Check]:
    names = ("region_code", "purpose_code", "document", "as_of_date", "person_count", "key_id", "asked_by", "at")
    columns = [commissioned_check.c.sequence.label("check_id"), *(commissioned_check.c[name] for name in names)]
    query = select(*columns).where(condition).order_by(commissioned_check.c.sequence.desc()).limit(size)
    found = connection.execute(query).mappings().all()
    last, facts = _events(connection, [row["check_id"] for row in found])
    return [
        Check(
            **row,
            state=last.get(row["check_id"], ("asked", {}))[0],
            told=last.get(row["check_id"], ("asked", {}))[1],
            facts=facts.get(row["check_id"], {}),
        )
        for row in found
    ]


def _events(
    connection: Connection, check_ids: list[int]
) -> tuple[dict[int, tuple[str, dict[str, Any]]], dict[int, dict[str, Any]]]:
    event = commissioned_check_event
    query = select(event.c.check_id, event.c.kind, event.c.detail).where(event.c.check_id.in_(check_ids))
    rows = connection.execute(query.order_by(event.c.sequence)).all()
    facts: dict[int, dict[str, Any]] = {}
    for check_id, kind, detail in rows:
        if kind in ("begun", "looked"):
            facts[check_id] = facts.get(check_id, {}) | detail
    return {row[0]: (row[1], row[2]) for row in rows}, facts
