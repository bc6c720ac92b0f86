"""Recalling a run: one person asks, another confirms, and readers go back to the last good night."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.errors import OperatorError
from core.moment import RunKind
from ledger import audit
from ledger import run_states as runs
from ledger.run import Ledger
from ledger.schema import run_event


def request_recall(ledger: Ledger, run_id: str, by: str, reason: str) -> None:
    """The first person's half: a published run should be recalled.

    Raises:
        OperatorError: reason or name is missing, or the run is not published.
    """
    _named(run_id, by, reason)

    def write(connection: Connection) -> None:
        _published(connection, run_id)
        runs.add_event_within(connection, run_id, "recall_requested", {"by": by, "reason": reason})
        detail = {"reason": reason}
        audit.append(connection, ledger.settings, "run.recall_requested", by=by, subject=run_id, detail=detail)

    ledger.write_all(write)


def confirm_recall(ledger: Ledger, run_id: str, by: str, reason: str) -> str | None:
    """The second person's half: the run is recalled; returns the run that is current now (null: none is left).

    Findings' lives that the recalled run advanced no longer count (`ledger.findings`).

    Raises:
        OperatorError: nobody asked for it, the same person asked, or reason or name is missing.
    """
    _named(run_id, by, reason)

    def write(connection: Connection) -> str | None:
        _published(connection, run_id)
        asked = _asked_by(connection, run_id)
        if not asked - {by.strip()}:
            raise OperatorError(
                "recall.two_people",
                "a recall takes two different people" if asked else "nobody has asked for this recall yet",
                where=run_id,
                todo="let another person confirm" if asked else "let a first person ask for it",
            )
        was_current = runs.current_within(connection) == run_id
        runs.add_event_within(connection, run_id, "recalled", {"by": by, "reason": reason})
        detail = {"reason": reason, "asked_by": sorted(asked)}
        audit.append(connection, ledger.settings, "run.recalled", by=by, subject=run_id, detail=detail)
        return _fall_back(connection, by) if was_current else runs.current_within(connection)

    return ledger.write_all(write)


def _fall_back(connection: Connection, by: str) -> str | None:
    good = runs.list_within(connection, kind=RunKind.NIGHTLY, state="published")
    if not good:
        return None
    last = max(good, key=lambda one: (one.moment, one.run_id))
    runs.switch(connection, last.run_id, by)
    return last.run_id


def _asked_by(connection: Connection, run_id: str) -> set[str]:
    query = select(run_event.c.detail).where(run_event.c.run_id == run_id, run_event.c.kind == "recall_requested")
    return {str(detail["by"]).strip() for detail in connection.execute(query).scalars()}


def _published(connection: Connection, run_id: str) -> None:
    state = runs.get_within(connection, run_id).state
    if state != "published":
        raise OperatorError(
            "recall.not_published", f"the run is {state}, not published", where=run_id, todo="nothing is left to recall"
        )


def _named(run_id: str, by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise OperatorError("recall.reason", "a recall needs a name and a reason", where=run_id, todo="give both")
