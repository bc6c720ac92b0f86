"""The working folders of runs, thrown away once nobody can need them any more."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.moment import now
from core.settings import Settings
from ledger import runs
from ledger.run import Ledger
from ledger.runs import Run

UNFINISHED_DAYS = 7
"""So long an unfinished run keeps what it has joined, for a retry."""


def warehouse_of(settings: Settings, run_id: str) -> Path:
    """The warehouse of a run, if it is still there."""
    return settings.home / "work" / run_id / "warehouse.duckdb"


def discard_work(ledger: Ledger, settings: Settings) -> list[str]:
    """Remove `work/<run_id>/` of every run that is settled; the ids of those removed.

    Kept: runs not published yet, for a retry, until they are `UNFINISHED_DAYS` old; and of those that the gate rejected
    the ones that a person can still release, that is none earlier than the run readers see. What is not a run's stays.
    """
    current = runs.current(ledger)
    leading = runs.get(ledger, current) if current else None
    there = {folder.name: folder for folder in settings.folder("work").iterdir() if folder.is_dir()}
    known = [run for run in runs.list_runs(ledger) if run.run_id in there]
    gone = [run.run_id for run in known if not _needed(run, there[run.run_id], leading)]
    for run_id in gone:
        shutil.rmtree(there[run_id], ignore_errors=True)
    return gone


def _needed(run: Run, folder: Path, leading: Run | None) -> bool:
    if run.state in ("published", "recalled", "thinned"):
        return False
    if run.state == "rejected":
        return leading is None or leading.moment <= run.moment
    touched = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    return touched > now() - timedelta(days=UNFINISHED_DAYS)
