"""Runs: begun with two clocks, published once, and the one switch that says which of them is current."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from sqlalchemy import Connection, select

from core.errors import OperatorError
from core.moment import Moment, RunKind, now
from ledger.recall import confirm_recall, request_recall
from ledger.run import Ledger
from ledger.run_states import (
    Run,
    RunEvent,
    add_event_within,
    current_within,
    find_within,
    get_within,
    list_within,
    switch,
)
from ledger.schema import run, run_event

__all__ = [
    "Run",
    "RunEvent",
    "add_event",
    "begin",
    "confirm_recall",
    "current",
    "events",
    "get",
    "list_runs",
    "mark_of",
    "newest",
    "of_airflow",
    "request_recall",
    "switch",
]


def begin(
    ledger: Ledger,
    moment: Moment,
    kind: RunKind,
    request: str | None = None,
    *,
    run_id: str | None = None,
    sources: list[str] | None = None,
    options: dict[str, Any] | None = None,
) -> str:
    """Fix a run's clocks and give it an id; with a `run_id` of the caller's a retry finds the run it began before.

    It waits for the write transaction in progress, so all that carries an instant up to `known_at` is visible after.

    Raises:
        OperatorError: the given run id belongs to a run with another moment or kind.
    """
    if run_id is None:
        milliseconds = int(moment.known_at.timestamp() * 1000)
        run_id = f"{moment.as_of:%Y%m%d}-{kind}-{milliseconds:011x}{secrets.token_hex(2)}"

    def write(connection: Connection) -> str:
        known = find_within(connection, run_id)
        if known is None:
            row = {"run_id": run_id, "as_of": moment.as_of, "known_at": moment.known_at, "kind": kind.value}
            row |= {"request": request, "sources": sources, "options": options or {}, "begun_at": now()}
            connection.execute(run.insert().values(row))
            add_event_within(connection, run_id, "begun", {})
        elif (known.as_of, known.kind) != (moment.as_of, kind):
            raise OperatorError(
                "run.taken", "this run id belongs to another run", where=run_id, todo="begin with another run id"
            )
        return run_id

    return ledger.write_all(write)


def mark_of(airflow_run: str) -> str:
    """What a run's id ends with that Airflow's run `airflow_run` began."""
    return hashlib.sha256(airflow_run.encode()).hexdigest()[:15]


def of_airflow(ledger: Ledger, airflow_run: str) -> Run | None:
    """The run that a run of Airflow began, or none: it has not come so far."""
    query = select(run.c.run_id).where(run.c.run_id.endswith(f"-{mark_of(airflow_run)}", autoescape=True))
    with ledger.read() as connection:
        run_id = connection.execute(query).scalar()
        return None if run_id is None else get_within(connection, run_id)


def get(ledger: Ledger, run_id: str) -> Run:
    """The run of this id.

    Raises:
        OperatorError: no such run was begun.
    """
    with ledger.read() as connection:
        return get_within(connection, run_id)


def add_event(ledger: Ledger, run_id: str, kind: str, detail: dict[str, Any] | None = None) -> None:
    """Append an event to a run.

    Raises:
        DefectError: unknown kind.
    """
    ledger.write_all(lambda connection: add_event_within(connection, run_id, kind, detail or {}))


def events(ledger: Ledger, run_id: str) -> list[RunEvent]:
    """Everything that happened to a run, in order."""
    query = select(run_event).where(run_event.c.run_id == run_id).order_by(run_event.c.sequence)
    with ledger.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [RunEvent(row["run_id"], row["kind"], row["detail"], row["at"]) for row in rows]


def newest(ledger: Ledger, kind: RunKind) -> Run | None:
    """The run of this kind that knows most, however it ended; none before the first."""
    query = select(run.c.run_id).where(run.c.kind == kind.value).order_by(run.c.known_at.desc(), run.c.run_id.desc())
    with ledger.read() as connection:
        run_id = connection.execute(query.limit(1)).scalar()
        return None if run_id is None else get_within(connection, run_id)


def list_runs(ledger: Ledger, *, kind: RunKind | None = None, state: str | None = None) -> list[Run]:
    """Runs in the order they were begun, optionally only of a kind or in a state."""
    with ledger.read() as connection:
        return list_within(connection, kind=kind, state=state)


def current(ledger: Ledger) -> str | None:
    """The run that readers see by default; null before the first, or when the only one was recalled."""
    with ledger.read() as connection:
        return current_within(connection)
