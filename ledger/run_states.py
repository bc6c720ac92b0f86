"""Runs on an open connection: their records, states, events and the one switch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from core.errors import DefectError, OperatorError
from core.moment import Moment, RunKind, now
from ledger.schema import run, run_event

STATES = frozenset({"begun", "joined", "asked", "published", "rejected", "failed", "recalled", "thinned"})
KINDS = STATES | {"became_current", "recall_requested", "locked", "unlocked"}


@dataclass(frozen=True)
class Run:
    """One run: its two clocks, why it was made, what it was asked to use, and where it stands."""

    run_id: str
    as_of: date
    known_at: datetime
    kind: RunKind
    request: str | None
    sources: list[str] | None
    options: dict[str, Any]
    state: str

    @property
    def airflow_run(self) -> str | None:
        """Airflow's run that began it; none for a replay or a comparison, which only copies another run's options."""
        copied = self.options.keys() & {"replays", "compares"}
        return None if copied else self.options.get("airflow_run")

    @property
    def moment(self) -> Moment:
        """The two clocks as one value."""
        return Moment(self.as_of, self.known_at)


@dataclass(frozen=True)
class RunEvent:
    """Something that happened to a run."""

    run_id: str
    kind: str
    detail: dict[str, Any]
    at: datetime


def get_within(connection: Connection, run_id: str) -> Run:
    """`get` on an open connection."""
    found = find_within(connection, run_id)
    if found is None:
        raise OperatorError("run.unknown", "no such run was begun", where=run_id, todo="check the run's id")
    return found


def add_event_within(connection: Connection, run_id: str, kind: str, detail: dict[str, Any]) -> None:
    """`add_event` inside an open write transaction."""
    if kind not in KINDS:
        raise DefectError("run.kind", f"unknown event kind {kind}", where=run_id, todo="use a known kind")
    connection.execute(run_event.insert().values(run_id=run_id, kind=kind, detail=detail, at=now()))


def list_within(connection: Connection, *, kind: RunKind | None = None, state: str | None = None) -> list[Run]:
    """`list_runs` on an open connection."""
    query = select(run).order_by(run.c.begun_at, run.c.run_id)
    if kind is not None:
        query = query.where(run.c.kind == kind.value)
    states = _states(connection, None)
    found = [_run(row, states[row["run_id"]]) for row in connection.execute(query).mappings()]
    return [one for one in found if state is None or one.state == state]


def current_within(connection: Connection) -> str | None:
    """`current` on an open connection."""
    switched = select(run_event.c.run_id).where(run_event.c.kind == "became_current")
    run_id = connection.execute(switched.order_by(run_event.c.sequence.desc()).limit(1)).scalar()
    return None if run_id is None or _states(connection, run_id)[run_id] == "recalled" else run_id


def switch(connection: Connection, run_id: str, by: str) -> None:
    """Make a run current: THE switch, inside the caller's write transaction, which case sync joins.

    Raises:
        DefectError: the run is not a published nightly run.
    """
    wanted = get_within(connection, run_id)
    if wanted.kind is not RunKind.NIGHTLY or wanted.state != "published":
        raise DefectError(
            "run.switch", f"a {wanted.state} {wanted.kind} run can never become current", where=run_id, todo="report it"
        )
    if current_within(connection) != run_id:
        add_event_within(connection, run_id, "became_current", {"by": by})


def find_within(connection: Connection, run_id: str) -> Run | None:
    """The run of this id, or nothing."""
    row = connection.execute(select(run).where(run.c.run_id == run_id)).mappings().first()
    return _run(row, _states(connection, run_id)[run_id]) if row else None


def _run(row: Any, state: str) -> Run:
    return Run(
        row["run_id"],
        row["as_of"],
        row["known_at"],
        RunKind(row["kind"]),
        row["request"],
        row["sources"],
        row["options"],
        state,
    )


def _states(connection: Connection, run_id: str | None) -> dict[str, str]:
    query = select(run_event.c.run_id, run_event.c.kind).where(run_event.c.kind.in_(STATES))
    if run_id is not None:
        query = query.where(run_event.c.run_id == run_id)
    return {row[0]: row[1] for row in connection.execute(query.order_by(run_event.c.sequence))}
