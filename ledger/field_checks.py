"""Visits: two investigators who saw the household at home, and what they found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core.moment import now
from ledger import audit
from ledger.case_schema import case_
from ledger.cases import known
from ledger.dealing_schema import field_check
from ledger.desk import Desk, Scoped
from ledger.refusals import must_have_come
from ledger.scope import Scope
from ledger.table_parts import appended


@dataclass(frozen=True)
class FieldCheck:
    """One visit (domain §6.1: at least two investigators)."""

    check_id: int
    visit_date: date
    first_investigator: str
    second_investigator: str
    found: str
    by_whom: str
    at: datetime


def record(
    desk: Desk, scope: Scope, case_id: int, *, by: str, visit_date: date, investigators: tuple[str, str], found: str
) -> int:
    """Record a visit; its number. Audited.

    Raises:
        OperatorError: no such case within the scope, or a visit of the future.
    """

    must_have_come(visit_date, where=f"case {case_id}")

    def write(scoped: Scoped) -> int:
        current = known(scoped, case_id)
        first, second = investigators
        row = {"case_id": case_id, "visit_date": visit_date, "first_investigator": first, "found": found}
        row |= {"second_investigator": second, "by_whom": by, "at": now()}
        check_id = appended(scoped.connection, field_check, row)
        detail = {"check": check_id}
        audit.append(scoped.connection, desk.settings, "case.visited", by=by, subject=current.case_no, detail=detail)
        return check_id

    return desk.write_all(scope, f"case {case_id}", write)


def of_case(desk: Desk, scope: Scope, case_id: int) -> list[FieldCheck]:
    """The visits of a case, oldest first."""
    names = ("visit_date", "first_investigator", "second_investigator", "found", "by_whom", "at")
    columns = [field_check.c.sequence.label("check_id"), *(field_check.c[name] for name in names)]
    query = select(*columns).join(case_, case_.c.case_id == field_check.c.case_id)
    query = query.where(field_check.c.case_id == case_id, scope.where()).order_by(field_check.c.sequence)
    with desk.read(scope) as scoped:
        return [FieldCheck(**row) for row in scoped.connection.execute(query).mappings()]
