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

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
)

from core.errors import OperatorError
from core.moment import now
from ledger.case_schema import QUEUED, case_, case_rule, decision
from ledger.case_words import SEVERITY_RANK, Kind, Stage, Status
from ledger.case_work import take
from ledger.cases import COLUMNS, Case, case_of
from ledger.desk import Desk, Scoped
from ledger.scope import Scope


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
    parts = [_page_of(part, filters, after, size) for part in scope.parts()]
    if len(parts) == 1:
        return parts[0]
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(every).order_by(every.c.severity_rank, every.c.due_date, every.c.case_id).limit(size + 1)


def _page_of(scope: Scope, filters: Filters, after: str | None, size: int) -> Select[Any]:
    queue = [] if after is None else [_behind(filters, after)]
    if filters.rule is None or _of_case(filters):
        query = _narrowed(select(*COLUMNS), scope, filters).where(*queue)
        return query.order_by(*_order(filters)).limit(size + 1)
    # Nothing is asked of the cases themselves: the page is chosen first, and only its own cases are fetched.
    chosen = select(case_rule.c.case_id).where(*_of_queue(scope, filters), *queue)
    page = chosen.order_by(*_order(filters)).limit(size + 1).subquery()
    query = select(*COLUMNS).join_from(case_, page, page.c.case_id == case_.c.case_id).where(scope.where())
    return query.order_by(case_.c.severity_rank, case_.c.due_date, case_.c.case_id)


def count(desk: Desk, scope: Scope, filters: Filters, *, limit: int = 1_000) -> int:
    """How many cases there are, counted up to `limit` (show `limit` as "and more")."""
    some = _counted(scope, filters).limit(limit).subquery()
    with desk.read(scope) as scoped:
        return int(scoped.connection.execute(select(func.count()).select_from(some)).scalar_one())


def facets(desk: Desk, scope: Scope, filters: Filters) -> list[Facet]:
    """The cases counted by county, leading rule, severity and status."""
    by = (case_.c.county_code, case_.c.rule_top, case_.c.severity, case_.c.status)
    query = _narrowed(select(*by, func.count()), scope, filters).group_by(*by).order_by(*by)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query).all()
    return [Facet(county, rule, severity, Status(status), cases) for county, rule, severity, status, cases in rows]


def asking_rules(desk: Desk, scope: Scope) -> list[str]:
    """The rules that ask in an open case, by code. Each is looked up after the one before: few rows are read."""
    here = (scope.where(case_rule), _queued(case_rule))
    found = select(func.min(case_rule.c.rule).label("rule")).where(*here).cte("found", recursive=True)
    after = select(func.min(case_rule.c.rule)).where(case_rule.c.rule > found.c.rule, *here).scalar_subquery()
    found = found.union_all(select(after).where(found.c.rule.is_not(None)))
    with desk.read(scope) as scoped:
        return list(scoped.connection.execute(select(found.c.rule).where(found.c.rule.is_not(None))).scalars())


def next_case(desk: Desk, scope: Scope, filters: Filters, *, by: str) -> Case | None:
    """Claim the gravest case that nobody has; nothing when none is left."""

    def write(scoped: Scoped) -> Case | None:
        free = or_(case_.c.status == Status.NEW, _lapsed_lease())
        query = _narrowed(select(*COLUMNS), scope, filters).where(free).order_by(*_order(filters)).limit(1)
        row = scoped.connection.execute(query).mappings().first()
        if row is None:
            return None
        return take(scoped, row["case_id"], by=by, version=row["version"])

    return desk.write_all(scope, "next case", write)


def _queue(filters: Filters) -> Table:
    """The rows that stand in the queue's order: the cases, or, of one rule, the rules that ask in them."""
    return case_ if filters.rule is None else case_rule


def _order(filters: Filters) -> tuple[ColumnElement[Any], ...]:
    queue = _queue(filters)
    return (queue.c.severity_rank, queue.c.due_date, queue.c.case_id)


def _narrowed(query: Select[Any], scope: Scope, filters: Filters) -> Select[Any]:
    """A query of `case_` narrowed to a scope and to filters.

    Whatever the queue's indexes know is asked of the rows that stand in its order.
    """
    query = query.where(*_of_queue(scope, filters), *_of_case(filters))
    if filters.rule is None:
        return query
    asks = query.join_from(case_, case_rule, case_rule.c.case_id == case_.c.case_id)
    # Asked of the case as well; `coalesce` keeps the planner from multiplying what is the same condition twice.
    return asks.where(func.coalesce(scope.where(), false()))


def _counted(scope: Scope, filters: Filters) -> Select[Any]:
    """The numbers of the cases; of one rule without their cases, where nothing is asked of these."""
    if filters.rule is None or _of_case(filters):
        return _narrowed(select(case_.c.case_id), scope, filters)
    return select(case_rule.c.case_id).where(*_of_queue(scope, filters))


def _of_queue(scope: Scope, filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions on the rows that stand in the queue's order."""
    queue = _queue(filters)
    same = {
        queue.c.kind: filters.kind,
        queue.c.county_code: filters.county,
        queue.c.town_code: filters.town,
        queue.c.severity_rank: SEVERITY_RANK.get(filters.severity or ""),
    }
    wanted = [scope.where(queue), *(column == value for column, value in same.items() if value is not None)]
    wanted.append(queue.c.status.in_(filters.statuses) if filters.statuses else _queued(queue))
    if filters.rule is not None:
        wanted.append(case_rule.c.rule == filters.rule)
    if filters.overdue_on is not None:
        wanted.append(queue.c.due_date < filters.overdue_on)
    if filters.seconds_for is not None:
        wanted.append(queue.c.status == Status.SECOND)
    return wanted


def _of_case(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions on what only the case itself knows."""
    same = {
        case_.c.assignee: filters.assignee,
        case_.c.severity: filters.severity if _shares_its_rank(filters.severity) else None,
        case_.c.programme_code: filters.programme,
    }
    wanted: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value is not None]
    if filters.unassigned:
        wanted.append(or_(case_.c.status == Status.NEW, _lapsed_lease()))
    if filters.seconds_for is not None:
        own = exists().where(
            decision.c.case_id == case_.c.case_id,
            decision.c.stage == Stage.FIRST,
            decision.c.actor == filters.seconds_for,
        )
        wanted.append(~own)
    return wanted


def _shares_its_rank(severity: str | None) -> bool:
    """Whether the rank, by which the queue stands, does not say the severity alone."""
    return list(SEVERITY_RANK.values()).count(SEVERITY_RANK.get(severity or "", 0)) != 1


def _queued(queue: Table) -> ColumnElement[bool]:
    """As text, so that the planner knows the partial index by its own words."""
    return text(f"{queue.name}.{QUEUED}")  # type: ignore[return-value]


def _lapsed_lease() -> ColumnElement[bool]:
    return and_(case_.c.status == Status.REVIEW, case_.c.lease_until < now())


def _mark(last: Case) -> str:
    place = [last.severity_rank, last.due_date.isoformat(), last.case_id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _behind(filters: Filters, mark: str) -> ColumnElement[bool]:
    try:
        rank, due, case_id = json.loads(base64.urlsafe_b64decode(mark))
        place = tuple_(literal(int(rank)), literal(date.fromisoformat(due)), literal(int(case_id)))
    except (ValueError, TypeError):
        raise OperatorError("queue.mark", "this is no page of the queue", where="after", todo="begin anew") from None
    return tuple_(*_order(filters)) > place
