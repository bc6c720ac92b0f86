"""The queue's tabs: which cases each holds, for whom, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.moment import today
from ledger import case_queue
from ledger.case_queue import Filters
from ledger.case_words import Kind, Role, Status
from ledger.desk import Desk
from ledger.scope import Scope
from workbench.security.sections import CASE_READERS, CASEWORK, SECOND
from workbench.security.visitor import Visitor, scope_for
from workbench.words.catalogue import marked

MANY = 1_000


@dataclass(frozen=True)
class View:
    """One tab: whose it is, and which cases it holds for a user."""

    name: str
    title: str
    roles: frozenset[Role]
    filters: Callable[[str], Filters]
    on_home: bool = False
    bad: bool = False

    @property
    def href(self) -> str:
        """Where its cases are listed."""
        return f"/queue?view={self.name}"

    def scope(self, visitor: Visitor) -> Scope:
        """The places of the roles that open this tab: who reviews elsewhere than they check sees each where it is."""
        return scope_for(visitor.grants, self.roles)

    def count(self, desk: Desk, visitor: Visitor) -> int:
        """How many cases it holds, counted up to MANY."""
        return case_queue.count(desk, self.scope(visitor), self.filters(visitor.user_id), limit=MANY)


VIEWS = (
    View(
        "mine",
        marked("我的在办"),
        CASEWORK,
        lambda user: Filters(kind=None, assignee=user, statuses=(Status.REVIEW,)),
        on_home=True,
    ),
    View("unassigned", marked("待分派"), CASEWORK, lambda user: Filters(unassigned=True), on_home=True),
    View("second", marked("待我复核"), SECOND, lambda user: Filters(kind=None, seconds_for=user), on_home=True),
    View(
        "differs",
        marked("待主管"),
        frozenset({Role.SUPERVISOR}),
        lambda user: Filters(kind=None, statuses=(Status.DIFFERS,)),
        on_home=True,
    ),
    View(
        "issue",
        marked("待签发"),
        frozenset({Role.ISSUER, Role.SUPERVISOR}),
        lambda user: Filters(kind=None, statuses=(Status.ISSUE,)),
        on_home=True,
    ),
    View(
        "overdue",
        marked("逾期"),
        CASEWORK,
        lambda user: Filters(kind=None, overdue_on=today()),
        on_home=True,
        bad=True,
    ),
    View("await", marked("待补充"), CASEWORK, lambda user: Filters(kind=None, statuses=(Status.AWAIT,))),
    View("snoozed", marked("暂缓中"), CASEWORK, lambda user: Filters(kind=None, statuses=(Status.SNOOZED,))),
    View("sample", marked("随机抽查"), CASEWORK, lambda user: Filters(kind=Kind.SAMPLE)),
    View("all", marked("全部在办"), CASE_READERS, lambda user: Filters(kind=None)),
    View("closed", marked("已办结"), CASE_READERS, lambda user: Filters(kind=None, statuses=(Status.CLOSED,))),
)


def views_for(visitor: Visitor) -> list[View]:
    """The tabs that the visitor's roles open."""
    return [view for view in VIEWS if visitor.has(*view.roles)]
