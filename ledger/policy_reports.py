"""What browsers blocked by the content security policy: how often a day, by directive and page.

Whoever can reach the workbench may send such reports. So a count ends at `MOST_OF_ONE`, a day has `MOST_A_DAY` counts,
and where nothing would change, nobody's turn to write is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from core.moment import today
from ledger.access_schema import policy_report
from ledger.run import Ledger

MOST_OF_ONE = 1_000
MOST_A_DAY = 200
OTHER = "other"
_OF = policy_report.c


class Blocked(NamedTuple):
    """How often browsers reported one directive on one page on one day; at `MOST_OF_ONE` it may have been more."""

    day: date
    directive: str
    page: str
    reports: int


def count(ledger: Ledger, seen: Mapping[tuple[str, str], int]) -> None:
    """Add what was seen, (directive, page) → times, to today's counts; what no longer has a place counts as other."""
    with ledger.read() as connection:
        if all(_known(connection, *where) == MOST_OF_ONE for where in seen):
            return

    def write(connection: Connection) -> None:
        for where, times in seen.items():
            _add(connection, where, times)

    ledger.write_all(write)


def since(ledger: Ledger, day: date) -> list[Blocked]:
    """What was counted from `day` on, the newest day first, the most first."""
    wanted = _OF.day >= day
    order = (
        _OF.day.desc(),
        _OF.reports.desc(),
        _OF.page,
        _OF.directive,
    )
    with ledger.read() as connection:
        return [Blocked(*row) for row in connection.execute(select(policy_report).where(wanted).order_by(*order))]


def _add(connection: Connection, where: tuple[str, str], times: int) -> None:
    known = _known(connection, *where)
    if known is None:
        of_today = select(func.count()).select_from(policy_report).where(_OF.day == today())
        if where != (OTHER, OTHER) and connection.execute(of_today).scalar_one() >= MOST_A_DAY:
            _add(connection, (OTHER, OTHER), times)
            return
        row = Blocked(today(), *where, min(times, MOST_OF_ONE))
        connection.execute(policy_report.insert().values(row._asdict()))
    elif known < MOST_OF_ONE:
        raised = policy_report.update().values(reports=min(known + times, MOST_OF_ONE))
        connection.execute(raised.where(*_is(*where)))


def _known(connection: Connection, directive: str, page: str) -> int | None:
    found = connection.execute(select(_OF.reports).where(*_is(directive, page))).scalar()
    return None if found is None else int(found)


def _is(directive: str, page: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _OF.day == today(),
        _OF.directive == directive,
        _OF.page == page,
    )
