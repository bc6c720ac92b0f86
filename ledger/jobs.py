"""Jobs: work too long for a request, taken by one worker at a time under a lease, given up after three attempts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from core.moment import now
from ledger.access_schema import job
from ledger.refusals import refused
from ledger.run import Ledger
from ledger.table_parts import appended

ATTEMPTS = 3


@dataclass(frozen=True)
class Job:
    """One piece of work: `state` is `queued`, `running`, `done` or `failed`; `done` of `of_all` steps are behind it."""

    sequence: int
    kind: str
    payload: dict[str, Any]
    state: str
    by_whom: str
    worker: str | None
    attempts: int
    done: int
    of_all: int
    result: dict[str, Any] | None
    error: str | None
    at: datetime
    ended_at: datetime | None


_COLUMNS = [job.c[field.name] for field in fields(Job)]


def ask(ledger: Ledger, kind: str, payload: dict[str, Any], *, by: str) -> int:
    """Ask for work; its number. The payload holds no name or number of a person."""
    return ledger.write_all(lambda connection: appended(connection, job, queued(kind, payload, by)))


def queued(kind: str, payload: dict[str, Any], by: str) -> dict[str, Any]:
    """The row of new work, for what asks for it together with something else."""
    row = {"kind": kind, "payload": payload, "state": "queued", "by_whom": by, "attempts": 0, "done": 0, "of_all": 0}
    return {**row, "at": now()}


def waiting(ledger: Ledger, kinds: Collection[str]) -> bool:
    """Whether there may be a job to take: a look that writes nothing."""
    left = and_(job.c.state == "running", job.c.lease_until < now())
    query = select(job.c.sequence).where(or_(job.c.state == "queued", left), job.c.kind.in_(kinds)).limit(1)
    with ledger.read() as connection:
        return connection.execute(query).first() is not None


def longest_wait(ledger: Ledger, kinds: Collection[str]) -> timedelta | None:
    """How long the oldest job that nobody took has waited while no job of these kinds is in anybody's hands."""
    in_hand = select(job.c.sequence).where(job.c.state == "running", job.c.lease_until >= now(), job.c.kind.in_(kinds))
    queued_since = select(job.c.at).where(job.c.state == "queued", job.c.kind.in_(kinds)).order_by(job.c.sequence)
    with ledger.read() as connection:
        if connection.execute(in_hand.limit(1)).first() is not None:
            return None
        oldest = connection.execute(queued_since.limit(1)).scalar()
    return None if oldest is None else now() - oldest


def take(ledger: Ledger, worker: str, kinds: Collection[str], *, lease_seconds: int = 600) -> Job | None:
    """Take the oldest waiting job, or one whose worker let its lease run out; nothing when none waits.

    A job that was begun three times and never ended is given up here.
    """

    def write(connection: Connection) -> Job | None:
        left = and_(job.c.state == "running", job.c.lease_until < now())
        given_up = job.update().where(left, job.c.attempts >= ATTEMPTS)
        error = "the worker did not come back"
        connection.execute(given_up.values(state="failed", error=error, ended_at=now()))
        waits = select(job.c.sequence).where(or_(job.c.state == "queued", left), job.c.kind.in_(kinds))
        found = connection.execute(waits.order_by(job.c.sequence).limit(1)).scalar()
        if found is None:
            return None
        lease = now() + timedelta(seconds=lease_seconds)
        values = {"state": "running", "worker": worker, "lease_until": lease, "attempts": job.c.attempts + 1}
        connection.execute(job.update().where(job.c.sequence == found).values(values))
        return _one(connection, found)

    return ledger.write_all(write)


def progress(ledger: Ledger, job_id: int, worker: str, done: int, of_all: int, *, lease_seconds: int = 600) -> None:
    """Say how far the work is, which also renews the lease.

    Raises:
        OperatorError: another worker has the job by now, or it has ended.
    """
    lease = now() + timedelta(seconds=lease_seconds)
    _own(ledger, job_id, worker, {"done": done, "of_all": of_all, "lease_until": lease})


def finish(ledger: Ledger, job_id: int, worker: str, result: dict[str, Any]) -> None:
    """End a job with what came of it.

    Raises:
        OperatorError: another worker has the job by now, or it has ended.
    """
    _own(ledger, job_id, worker, {"state": "done", "result": result, "ended_at": now()})


def fail(ledger: Ledger, job_id: int, worker: str, error: str) -> None:
    """Give an attempt up with words for people; the third time the job has failed.

    Raises:
        OperatorError: another worker has the job by now, or it has ended.
    """
    found = get(ledger, job_id)
    over = found is not None and found.attempts >= ATTEMPTS
    ended = {"state": "failed", "ended_at": now()} if over else {"state": "queued", "worker": None}
    _own(ledger, job_id, worker, {**ended, "error": error})


def get(ledger: Ledger, job_id: int) -> Job | None:
    """The job of this number."""
    with ledger.read() as connection:
        return _one(connection, job_id)


def listed(ledger: Ledger, *, by: str, size: int = 50) -> list[Job]:
    """The newest jobs that a person asked for."""
    query = select(*_COLUMNS).where(job.c.by_whom == by).order_by(job.c.sequence.desc()).limit(size)
    with ledger.read() as connection:
        return [Job(**row) for row in connection.execute(query).mappings()]


def _one(connection: Connection, job_id: int) -> Job | None:
    row = connection.execute(select(*_COLUMNS).where(job.c.sequence == job_id)).mappings().first()
    return Job(**row) if row else None


def _own(ledger: Ledger, job_id: int, worker: str, values: dict[str, Any]) -> None:
    own = job.update().where(job.c.sequence == job_id, job.c.worker == worker, job.c.state == "running")
    if not ledger.write_all(lambda connection: connection.execute(own.values(values)).rowcount):
        raise refused("job.not_yours", "the job is not in this worker's hands", where=f"job {job_id}")
