"""The case budget: how many new cases a night releases to a region's people, gravest first.

Without a budget for a region every case is released: a limit is a supervisor's word, never a default.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from core.moment import now, today
from core.settings import Settings
from ledger import audit
from ledger import run_states as runs
from ledger.case_schema import case_, case_budget
from ledger.case_words import Status
from ledger.cases import SYNC
from ledger.desk import Desk, Scoped
from ledger.refusals import refused
from ledger.run import Ledger
from ledger.scope import Scope
from ledger.table_parts import batched


@dataclass(frozen=True)
class Budget:
    """How many cases a night may release in the regions that begin with a prefix; the longest prefix rules."""

    region_prefix: str
    cases: int
    reason: str
    by_whom: str
    at: datetime


def set_budget(desk: Desk, scope: Scope, prefix: str, cases: int, *, by: str, reason: str) -> int:
    """Set a region's budget and release at once what now fits; audited. How many cases were released.

    Raises:
        OperatorError: the region lies outside the scope, or no reason is given.
    """
    Scope((prefix,))
    if not scope.covers(prefix):
        raise refused("budget.region", "this region is not yours", where=prefix)

    def write(scoped: Scoped) -> int:
        connection = scoped.connection
        row = {"region_prefix": prefix, "cases": cases, "reason": reason, "by_whom": by, "at": now()}
        connection.execute(case_budget.insert().values(row))
        detail = {"cases": cases, "reason": reason}
        audit.append(connection, desk.settings, "budget.set", by=by, subject=prefix, detail=detail)
        current = runs.current_within(connection)
        return release_within(connection, desk.settings, current) if current else 0

    return desk.write_all(scope, prefix, write)


def in_force(ledger: Ledger) -> list[Budget]:
    """The newest budget of every region that has one, by prefix."""
    with ledger.read() as connection:
        return sorted(_in_force(connection).values(), key=lambda one: one.region_prefix)


def waiting(desk: Desk, scope: Scope) -> int:
    """How many cases the budget holds back within the scope."""
    query = select(func.count()).where(case_.c.status == Status.WAITING, scope.where())
    with desk.read(scope) as scoped:
        return int(scoped.connection.execute(query).scalar_one())


def release_within(connection: Connection, settings: Settings, run_id: str) -> int:
    """Release waiting cases up to each region's budget for this run, gravest first, then the oldest.

    The days until a case is due run from today, when people can begin, whatever day the run looks at.
    """
    budgets = _in_force(connection)
    counted = select(case_.c.region_code).where(case_.c.released_run_id == run_id)
    used: Counter[str | None] = Counter(_prefix(region, budgets) for region in connection.execute(counted).scalars())
    waiting = select(case_.c.case_id, case_.c.region_code).where(case_.c.status == Status.WAITING)
    chosen = []
    for case_id, region in connection.execute(waiting.order_by(case_.c.severity_rank, case_.c.case_id)).all():
        prefix = _prefix(region, budgets)
        if prefix is None or used[prefix] < budgets[prefix].cases:
            used[prefix] += 1
            chosen.append(case_id)
    due = today() + timedelta(days=settings.case_due_days)
    values: dict[str, Any] = {
        "status": Status.NEW,
        "due_date": due,
        "released_run_id": run_id,
        "version": case_.c.version + 1,
    }
    values |= {"changed_by": SYNC, "changed_why": "released", "changed_at": now()}
    for some in batched(chosen):
        connection.execute(case_.update().where(case_.c.case_id.in_(some)).values(values))
    return len(chosen)


def _in_force(connection: Connection) -> dict[str, Budget]:
    last = select(func.max(case_budget.c.sequence)).group_by(case_budget.c.region_prefix)
    columns = [case_budget.c[field.name] for field in fields(Budget)]
    rows = connection.execute(select(*columns).where(case_budget.c.sequence.in_(last))).mappings()
    return {row["region_prefix"]: Budget(**row) for row in rows}


def _prefix(region: str, budgets: dict[str, Budget]) -> str | None:
    fitting = [prefix for prefix in budgets if region.startswith(prefix)]
    return max(fitting, key=len, default=None)
