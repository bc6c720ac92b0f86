"""Published folders: written beside, made durable and read-only, and renamed into place as one."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from core.errors import OperatorError
from core.settings import Settings

MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024


def run_folder(settings: Settings, run_id: str) -> Path:
    """Where a run is published."""
    return settings.home / "runs" / run_id


def begin_beside(settings: Settings, run_id: str) -> Path:
    """A new folder beside; what an earlier, killed attempt left of this run is removed first."""
    runs = settings.folder("runs")
    for leftover in runs.glob(f".tmp-{run_id}-*"):
        discard(leftover)
    beside = runs / f".tmp-{run_id}-{secrets.token_hex(4)}"
    beside.mkdir()
    return beside


def place(beside: Path, final: Path) -> None:
    """Make a folder durable and read-only and give it its name.

    A folder already there was renamed by an attempt that was killed before the ledger knew: no reader was led to it,
    and it is replaced.
    """
    for file in sorted(beside.iterdir()):
        _sync(file)
        file.chmod(0o444)
    beside.chmod(0o555)
    _sync(beside)
    if final.exists():
        moved = final.with_name(f".tmp-{final.name}-{secrets.token_hex(4)}")
        os.rename(final, moved)
        discard(moved)
    os.rename(beside, final)
    _sync(final.parent)


def discard(folder: Path) -> None:
    """Remove a published or half-written folder."""
    folder.chmod(0o755)
    shutil.rmtree(folder)


def sha256_of(file: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def existing(settings: Settings, run_id: str) -> Path:
    """The folder of a published run.

    Raises:
        OperatorError: it is not there: not published yet, thinned, or lost.
    """
    folder = run_folder(settings, run_id)
    if not (folder / MANIFEST).exists():
        raise OperatorError(
            "run.no_folder",
            "the run has no published folder",
            where=str(folder),
            todo="publish the run, or choose one that is kept (thinned runs are gone for good)",
        )
    return folder


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
