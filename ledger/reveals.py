"""Reveals: one clear value of one person, with a reason, recorded before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from core.moment import SHANGHAI, now
from ledger import audit
from ledger.audited_records import record_hash
from ledger.case_schema import case_
from ledger.cases import known
from ledger.dealing_schema import reveal as reveal_table
from ledger.desk import Desk, Scoped
from ledger.refusals import refused
from ledger.scope import Scope
from ledger.table_parts import appended

SHOWN_FOR = timedelta(seconds=30)


@dataclass(frozen=True)
class Revealed:
    """The clear value, how many this person has seen today, and until when it may stay on the screen."""

    value: str
    count_today: int
    until: datetime


@dataclass(frozen=True)
class RevealEntry:
    """Who saw which field of whom, and why; never the value."""

    reveal_id: int
    case_id: int
    case_no: str
    person_key: str
    field: str
    reason_code: str
    reason: str
    actor: str
    address: str
    at: datetime


def reveal(
    desk: Desk,
    scope: Scope,
    case_id: int,
    *,
    by: str,
    person_key: str,
    field: str,
    reason_code: str,
    reason: str,
    address: str,
    open_value: Callable[[], str],
) -> Revealed:
    """Show one field of one person: recorded and audited in the transaction that opens it, given out after it.

    `open_value` reads the clear value; where it fails, nothing was shown and nothing is recorded.

    Raises:
        OperatorError: the person does not work on the case now, gives no reason, or has reached today's limit.
    """

    def write(scoped: Scoped) -> Revealed:
        current = known(scoped, case_id)
        seen = _today(scoped.connection, by) + 1
        if seen > desk.settings.reveal_daily_limit:
            raise refused("reveal.limit", "this person has reached the limit of the day", where=current.case_no)
        row = {"case_id": case_id, "person_key": person_key, "field": field, "reason_code": reason_code}
        row |= {"reason": reason, "actor": by, "address": address, "at": now()}
        detail = {"reveal": appended(scoped.connection, reveal_table, row), "field": field, "reason_code": reason_code}
        detail["sha256"] = record_hash(reveal_table, row)
        audit.append(scoped.connection, desk.settings, "field.revealed", by=by, subject=current.case_no, detail=detail)
        return Revealed(open_value(), seen, now() + SHOWN_FOR)

    return desk.write_all(scope, f"case {case_id}", write)


def count_today(desk: Desk, scope: Scope, user_id: str) -> int:
    """How many clear values this person has seen today within the scope."""
    with desk.read(scope) as scoped:
        return _today(scoped.connection, user_id)


def entries(desk: Desk, scope: Scope, *, since: datetime, until: datetime) -> list[RevealEntry]:
    """Who looked at what between two instants, oldest first."""
    names = ("case_id", "person_key", "field", "reason_code", "reason", "actor", "address", "at")
    columns = [reveal_table.c.sequence.label("reveal_id"), *(reveal_table.c[name] for name in names)]
    query = select(*columns, case_.c.case_no).join(case_, case_.c.case_id == reveal_table.c.case_id)
    query = query.where(scope.where(), reveal_table.c.at >= since, reveal_table.c.at < until)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query.order_by(reveal_table.c.sequence)).mappings()
        return [RevealEntry(**row) for row in rows]


def _today(connection: Connection, user_id: str) -> int:
    midnight = now().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(func.count()).where(reveal_table.c.actor == user_id, reveal_table.c.at >= midnight)
    return int(connection.execute(query).scalar_one())
