"""Grants: role × region × time. A system administrator asks, a security administrator confirms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, true

from core.errors import OperatorError
from core.moment import now
from ledger import audit
from ledger.access_schema import role_grant
from ledger.case_words import Role
from ledger.refusals import refusals
from ledger.run import Ledger
from ledger.scope import Scope
from ledger.table_parts import appended


@dataclass(frozen=True)
class Grant:
    """One role of one person in one region (an administrator's has none), from a day to a day."""

    sequence: int
    user_id: str
    role: Role
    region_prefix: str
    valid_from_date: date
    valid_to_date: date | None
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    ended_by: str | None
    ended_why: str | None
    ended_at: datetime | None


_COLUMNS = [role_grant.c[field.name] for field in fields(Grant)]


def ask(
    ledger: Ledger,
    user_id: str,
    role: Role,
    prefix: str,
    *,
    valid_from: date,
    valid_to: date | None,
    by: str,
) -> int:
    """Ask for a grant; it counts once another administrator has confirmed it. Audited; its number.

    Raises:
        OperatorError: `by` is no system administrator or asks for himself, or the roles may not meet in one person.
    """
    if prefix:
        Scope((prefix,))
    row = {"user_id": user_id, "role": role.value, "region_prefix": prefix, "asked_by": by, "asked_at": now()}
    row |= {"valid_from_date": valid_from, "valid_to_date": valid_to}

    def write(connection: Connection) -> int:
        grant_id = appended(connection, role_grant, row)
        detail = {"grant": grant_id, "role": role.value, "region": prefix}
        audit.append(connection, ledger.settings, "grant.asked", by=by, subject=user_id, detail=detail)
        return grant_id

    with refusals(user_id):
        return ledger.write_all(write)


def confirm(ledger: Ledger, grant_id: int, *, by: str) -> None:
    """Confirm a grant; audited.

    Raises:
        OperatorError: `by` is no security administrator, asked for it, or would receive it; or it is confirmed already.
    """
    _change(ledger, grant_id, {"confirmed_by": by, "confirmed_at": now()}, "grant.confirmed", by, {})


def end(ledger: Ledger, grant_id: int, *, by: str, reason: str) -> None:
    """End a grant at once (taking power away needs one person); audited.

    Raises:
        OperatorError: there is no such grant, or it has ended.
    """
    values = {"ended_by": by, "ended_why": reason, "ended_at": now()}
    _change(ledger, grant_id, values, "grant.ended", by, {"reason": reason})


def in_force(ledger: Ledger, user_id: str, day: date) -> list[Grant]:
    """The confirmed grants of a person on a day."""
    return _select(ledger, (role_grant.c.user_id == user_id) & _stands(day))


def of_everybody(ledger: Ledger, day: date) -> dict[str, list[Grant]]:
    """The confirmed grants of a day by person; who has none is not named."""
    found: dict[str, list[Grant]] = {}
    for one in _select(ledger, _stands(day)):
        found.setdefault(one.user_id, []).append(one)
    return found


def listed(ledger: Ledger) -> list[Grant]:
    """All grants ever asked for, newest last."""
    return _select(ledger, true())


def scope_of(grants: Iterable[Grant], roles: Collection[Role] | None = None) -> Scope:
    """The regions of these grants, of some roles only where named; none gives a scope that sees nothing."""
    kept = {one.region_prefix for one in grants if (roles is None or one.role in roles) and one.region_prefix}
    widest = {prefix for prefix in kept if not any(prefix != other and prefix.startswith(other) for other in kept)}
    return Scope(tuple(sorted(widest)))


def _stands(day: date) -> ColumnElement[bool]:
    lasts = or_(role_grant.c.valid_to_date.is_(None), role_grant.c.valid_to_date >= day)
    confirmed = role_grant.c.confirmed_by.is_not(None) & role_grant.c.ended_at.is_(None)
    return confirmed & (role_grant.c.valid_from_date <= day) & lasts


def _select(ledger: Ledger, condition: ColumnElement[bool]) -> list[Grant]:
    query = select(*_COLUMNS).where(condition).order_by(role_grant.c.sequence)
    with ledger.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [Grant(**{**row, "role": Role(row["role"])}) for row in rows]


def _change(ledger: Ledger, grant_id: int, values: dict[str, Any], act: str, by: str, detail: dict[str, Any]) -> None:
    def write(connection: Connection) -> None:
        changed = role_grant.update().where(role_grant.c.sequence == grant_id).values(values)
        user = connection.execute(changed.returning(role_grant.c.user_id)).scalar()
        if user is None:
            raise OperatorError("grant.unknown", "there is no such grant", where=str(grant_id), todo="check it")
        told = {"grant": grant_id, **detail}
        audit.append(connection, ledger.settings, act, by=by, subject=user, detail=told)

    with refusals(f"grant {grant_id}"):
        ledger.write_all(write)
