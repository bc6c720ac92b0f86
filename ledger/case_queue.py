"""The queue: cases within a scope by gravity and due day, page by page, however the rows change meanwhile.

A page begins after the last case of the page before (its gravity, due day and number), not after so many rows: a case
that keeps its place is shown once, whatever is opened, claimed or closed around it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, text, tuple_

from core.errors import OperatorError
from core.moment import now
from ledger.case_schema import QUEUED, case_, decision, flag
from ledger.case_words import OPEN_FLAG, Kind, Stage, Status
from ledger.case_work import take
from ledger.cases import Case, case_of, select_cases
from ledger.desk import Desk, Scoped
from ledger.scope import Scope

_ORDER = (case_.c.severity_rank, case_.c.due_date, case_.c.case_id)


@dataclass(frozen=True)
class Filters:
    """What a queue is narrowed to; nothing given means every open case that the budget has released."""

    kind: Kind | None = Kind.FLAGGED
    statuses: tuple[Status, ...] = ()
    assignee: str | None = None
    unassigned: bool = False
    county: str | None = None
    town: str | None = None
    rule: str | None = None
    severity: str | None = None
    programme: str | None = None
    overdue_on: date | None = None
    seconds_for: str | None = None


@dataclass(frozen=True)
class Page:
    """Some cases, and the mark after which the next page begins (none: this was the last)."""

    cases: list[Case]
    after: str | None


@dataclass(frozen=True)
class Facet:
    """How many cases share county, leading rule, severity and status."""

    county: str
    rule: str | None
    severity: str
    status: Status
    cases: int


def page(desk: Desk, scope: Scope, filters: Filters, *, after: str | None = None, size: int = 50) -> Page:
    """The next `size` cases, gravest first, then by due day.

    Raises:
        OperatorError: the mark is not one of ours.
    """
    with desk.read(scope) as scoped:
        found = [case_of(row) for row in scoped.connection.execute(page_query(scope, filters, after, size)).mappings()]
    return Page(found[:size], _mark(found[size - 1]) if len(found) > size else None)


def page_query(scope: Scope, filters: Filters, after: str | None, size: int) -> Select[Any]:
    """The statement of a page: one row more than `size`, by which one knows whether there is another page."""
    query = select_cases(scope).where(*conditions(filters)).order_by(*_ORDER).limit(size + 1)
    return query if after is None else query.where(_behind(after))


def count(desk: Desk, scope: Scope, filters: Filters, *, limit: int = 10_000) -> int:
    """How many cases there are, counted up to `limit` (show `limit` as "and more")."""
    some = select(case_.c.case_id).where(scope.where(), *conditions(filters)).limit(limit).subquery()
    with desk.read(scope) as scoped:
        return int(scoped.connection.execute(select(func.count()).select_from(some)).scalar_one())


def facets(desk: Desk, scope: Scope, filters: Filters) -> list[Facet]:
    """The cases counted by county, leading rule, severity and status."""
    by = (case_.c.county_code, case_.c.rule_top, case_.c.severity, case_.c.status)
    query = select(*by, func.count()).where(scope.where(), *conditions(filters)).group_by(*by).order_by(*by)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query).all()
    return [Facet(county, rule, severity, Status(status), cases) for county, rule, severity, status, cases in rows]


def leading_rules(desk: Desk, scope: Scope) -> list[str]:
    """The rules that lead an open case, by code."""
    query = select(case_.c.rule_top).distinct().where(scope.where(), *conditions(Filters(kind=None)))
    with desk.read(scope) as scoped:
        return sorted(rule for rule in scoped.connection.execute(query).scalars() if rule)


def next_case(desk: Desk, scope: Scope, filters: Filters, *, by: str) -> Case | None:
    """Claim the gravest case that nobody has; nothing when none is left."""

    def write(scoped: Scoped) -> Case | None:
        free = or_(case_.c.status == Status.NEW, _lapsed_lease())
        query = select_cases(scope).where(*conditions(filters), free).order_by(*_ORDER).limit(1)
        row = scoped.connection.execute(query).mappings().first()
        if row is None:
            return None
        return take(scoped, row["case_id"], by=by, version=row["version"])

    return desk.write_all(scope, "next case", write)


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """The filters as conditions on `case_`."""
    same = {
        case_.c.kind: filters.kind,
        case_.c.assignee: filters.assignee,
        case_.c.county_code: filters.county,
        case_.c.town_code: filters.town,
        case_.c.severity: filters.severity,
        case_.c.programme_code: filters.programme,
    }
    wanted: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value is not None]
    # As text, so that the planner knows the partial index by its own words.
    wanted.append(case_.c.status.in_(filters.statuses) if filters.statuses else text(QUEUED))  # type: ignore[arg-type]
    if filters.unassigned:
        wanted.append(or_(case_.c.status == Status.NEW, _lapsed_lease()))
    if filters.rule is not None:
        asks = exists().where(
            flag.c.case_id == case_.c.case_id, flag.c.rule == filters.rule, flag.c.state.in_(OPEN_FLAG)
        )
        wanted.append(asks)
    if filters.overdue_on is not None:
        wanted.append(case_.c.due_date < filters.overdue_on)
    if filters.seconds_for is not None:
        own = exists().where(
            decision.c.case_id == case_.c.case_id,
            decision.c.stage == Stage.FIRST,
            decision.c.actor == filters.seconds_for,
        )
        wanted += [case_.c.status == Status.SECOND, ~own]
    return wanted


def _lapsed_lease() -> ColumnElement[bool]:
    return and_(case_.c.status == Status.REVIEW, case_.c.lease_until < now())


def _mark(last: Case) -> str:
    place = [last.severity_rank, last.due_date.isoformat(), last.case_id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _behind(mark: str) -> ColumnElement[bool]:
    try:
        rank, due, case_id = json.loads(base64.urlsafe_b64decode(mark))
        place = tuple_(literal(int(rank)), literal(date.fromisoformat(due)), literal(int(case_id)))
    except (ValueError, TypeError):
        raise OperatorError("queue.mark", "this is no page of the queue", where="after", todo="begin anew") from None
    return tuple_(*_ORDER) > place
