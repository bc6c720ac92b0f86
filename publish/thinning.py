"""Thinning: 35 nights of published runs are kept, then the last of each month; the ledger keeps what each one was."""

from __future__ import annotations

import shutil

from sqlalchemy import Connection

from core.errors import OperatorError
from core.moment import RunKind
from core.settings import Settings
from ledger import audit, runs
from ledger import run_states as states
from ledger.run import Ledger
from ledger.runs import Run
from publish.folder import discard, run_folder

NIGHTS = 35


def thin(ledger: Ledger, settings: Settings) -> list[str]:
    """Remove the folders and Data Docs of runs past their keeping; returns their ids.

    Kept: the current run, locked runs, the runs of the last 35 nights (days that have a nightly run), and of every
    month the last published nightly run. The ledger is told first, so a kill leaves at most a folder that nobody reads
    and the next call removes.
    """
    published = [run for run in runs.list_runs(ledger) if run.state in ("published", "rejected", "recalled")]
    kept = _kept(ledger, published)
    for run in published:
        if run.run_id not in kept:
            runs.add_event(ledger, run.run_id, "thinned", {})
    thinned = []
    for run in runs.list_runs(ledger, state="thinned"):
        shutil.rmtree(settings.folder("data_docs") / run.run_id, ignore_errors=True)
        folder = run_folder(settings, run.run_id)
        if folder.exists():
            discard(folder)
            thinned.append(run.run_id)
    return thinned


def lock(ledger: Ledger, run_id: str, *, by: str, reason: str) -> None:
    """Keep a run from thinning, for an objection or a court; audited.

    Raises:
        OperatorError: reason is missing.
    """
    _tell(ledger, run_id, "locked", by, reason)


def unlock(ledger: Ledger, run_id: str, *, by: str, reason: str) -> None:
    """Let a locked run be thinned again; audited.

    Raises:
        OperatorError: reason is missing.
    """
    _tell(ledger, run_id, "unlocked", by, reason)


def _kept(ledger: Ledger, published: list[Run]) -> set[str]:
    nights = [run for run in published if run.kind is RunKind.NIGHTLY]
    recent = set(sorted({run.as_of for run in nights})[-NIGHTS:])
    oldest = min(recent, default=None)
    kept = {run.run_id for run in published if oldest is None or run.as_of >= oldest}
    month_ends: dict[tuple[int, int], Run] = {}
    for run in sorted(nights, key=lambda one: (one.moment, one.run_id)):
        if run.state == "published":
            month_ends[run.as_of.year, run.as_of.month] = run
    current = runs.current(ledger)
    locked = {run.run_id for run in published if _locked(ledger, run.run_id)}
    return kept | {run.run_id for run in month_ends.values()} | locked | ({current} if current else set())


def _locked(ledger: Ledger, run_id: str) -> bool:
    told = [event.kind for event in runs.events(ledger, run_id) if event.kind in ("locked", "unlocked")]
    return bool(told) and told[-1] == "locked"


def _tell(ledger: Ledger, run_id: str, kind: str, by: str, reason: str) -> None:
    if not reason.strip():
        raise OperatorError("run.lock", "a lock needs a reason", where=run_id, todo="give a reason")
    runs.get(ledger, run_id)

    def write(connection: Connection) -> None:
        states.add_event_within(connection, run_id, kind, {"by": by, "reason": reason})
        audit.append(connection, ledger.settings, f"run.{kind}", by=by, subject=run_id, detail={"reason": reason})

    ledger.write_all(write)
