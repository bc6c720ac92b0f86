"""Working on a case: who has it, until when, and what it waits for. Each act is one change of the case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core.moment import now, today
from ledger import audit
from ledger.case_words import Status
from ledger.cases import Case, change, known
from ledger.desk import Desk, Scoped
from ledger.refusals import StaleCase, refused
from ledger.scope import Scope


def claim(desk: Desk, scope: Scope, case_id: int, *, by: str, version: int) -> Case:
    """Take an unassigned case, or one whose lease ran out, for `lease_hours`.

    Raises:
        StaleCase: somebody was quicker.
        OperatorError: the case is in another's hands or not to be claimed.
    """
    return _write(desk, scope, case_id, lambda scoped: take(scoped, case_id, by=by, version=version))


def assign(
    desk: Desk, scope: Scope, case_id: int, *, to: str, by: str, version: int, reach: Scope | None = None
) -> Case:
    """Give a new or running case to a person, whoever had it; `reach` is what that person sees, where it is known.

    Raises:
        StaleCase, OperatorError: as `claim`; or the case lies outside their reach.
    """

    def write(scoped: Scoped) -> Case:
        current = _at(scoped, case_id, version, Status.NEW, Status.REVIEW)
        if reach is not None and not reach.covers(current.region_code):
            raise refused("case.reach", "the case lies outside that person's regions", where=current.case_no)
        return _handed(scoped, current, to, by=by, why="assigned")

    return _write(desk, scope, case_id, write)


def release(desk: Desk, scope: Scope, case_id: int, *, by: str, version: int) -> Case:
    """Put a case back among the unassigned."""
    return _move(
        desk, scope, case_id, version, Status.REVIEW, Status.NEW, by=by, why="released", assignee=None, lease_until=None
    )


def extend(desk: Desk, scope: Scope, case_id: int, *, by: str, version: int) -> Case:
    """Let one's own lease begin anew.

    Raises:
        OperatorError: the case is another's.
    """

    def write(scoped: Scoped) -> Case:
        current = _at(scoped, case_id, version, Status.REVIEW)
        if current.assignee != by:
            raise refused("case.not_yours", "the case is in the hands of another", where=current.case_no)
        return change(scoped, case_id, version, by=by, why="extended", lease_until=_lease(scoped))

    return _write(desk, scope, case_id, write)


def snooze(desk: Desk, scope: Scope, case_id: int, *, by: str, version: int, until: date, reason: str) -> Case:
    """Lay a case aside until a day, with a reason.

    Raises:
        OperatorError: no reason, or a day that has passed.
    """
    if not reason.strip() or until <= today():
        raise refused("case.snooze", "a case is snoozed with a reason and until a day to come", where=f"case {case_id}")
    return _move(
        desk, scope, case_id, version, Status.REVIEW, Status.SNOOZED, by=by, why=reason, snoozed_until_date=until
    )


def resume(desk: Desk, scope: Scope, case_id: int, *, by: str, version: int) -> Case:
    """Go on with a case that was snoozed or awaited the household; it stays in the same hands."""

    def write(scoped: Scoped) -> Case:
        current = _at(scoped, case_id, version, Status.SNOOZED, Status.AWAIT)
        return _handed(scoped, current, current.assignee or by, by=by, why="resumed")

    return _write(desk, scope, case_id, write)


def send_back(desk: Desk, scope: Scope, case_id: int, *, by: str, version: int, reason: str) -> Case:
    """Give a decided case back to be worked on in a new round: what it rests on lacks something. Audited.

    Raises:
        OperatorError: no reason is given, or the case does not await its issue.
    """
    if not reason.strip():
        raise refused("case.reason", "a case is sent back with a reason", where=f"case {case_id}")

    def write(scoped: Scoped) -> Case:
        current = _at(scoped, case_id, version, Status.ISSUE)
        values: dict[str, Any] = {"status": Status.REVIEW, "outcome": None, "round": current.round + 1}
        back = change(scoped, case_id, version, by=by, why=reason, lease_until=None, **values)
        detail = {"round": back.round, "reason": reason}
        audit.append(scoped.connection, desk.settings, "case.sent_back", by=by, subject=back.case_no, detail=detail)
        return back

    return _write(desk, scope, case_id, write)


def close(desk: Desk, scope: Scope, case_id: int, *, by: str, version: int) -> Case:
    """Close a decided case; audited.

    Raises:
        OperatorError: an adverse outcome lacks two people, a reason, proof of the notice of this evidence, the
            household's reply or the elapsed days, or a visit. The database refuses it, whoever asks.
    """

    def write(scoped: Scoped) -> Case:
        closed = change(scoped, case_id, version, by=by, why="closed", status=Status.CLOSED)
        detail = {"outcome": closed.outcome, "round": closed.round}
        audit.append(scoped.connection, desk.settings, "case.closed", by=by, subject=closed.case_no, detail=detail)
        return closed

    return _write(desk, scope, case_id, write)


def take(scoped: Scoped, case_id: int, *, by: str, version: int) -> Case:
    """`claim` inside an open transaction."""
    current = _at(scoped, case_id, version, Status.NEW, Status.REVIEW)
    leased = current.lease_until is not None and current.lease_until > now()
    if current.status is Status.REVIEW and current.assignee != by and leased:
        raise StaleCase(current)
    return _handed(scoped, current, by, by=by, why="claimed")


def _handed(scoped: Scoped, current: Case, to: str, *, by: str, why: str) -> Case:
    values = {"status": Status.REVIEW, "assignee": to, "lease_until": _lease(scoped), "snoozed_until_date": None}
    return change(scoped, current.case_id, current.version, by=by, why=why, **values)


def _lease(scoped: Scoped) -> Any:
    return now() + timedelta(hours=scoped.settings.lease_hours)


def _at(scoped: Scoped, case_id: int, version: int, *statuses: Status) -> Case:
    current = known(scoped, case_id)
    if current.version != version:
        raise StaleCase(current)
    if current.status not in statuses:
        raise refused("case.transition", f"the case is {current.status.en.lower()}", where=current.case_no)
    return current


def _move(
    desk: Desk,
    scope: Scope,
    case_id: int,
    version: int,
    before: Status,
    to: Status,
    *,
    by: str,
    why: str,
    **values: Any,
) -> Case:
    def write(scoped: Scoped) -> Case:
        _at(scoped, case_id, version, before)
        return change(scoped, case_id, version, by=by, why=why, status=to, **values)

    return _write(desk, scope, case_id, write)


def _write(desk: Desk, scope: Scope, case_id: int, fn: Any) -> Case:
    changed: Case = desk.write_all(scope, f"case {case_id}", fn)
    return changed
