"""Where exports lie: masked ones as they are, clear ones sealed under a key of their own until they are fetched."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from core.moment import now
from core.sealing import open_stream, seal_stream
from core.settings import Settings
from ledger import exports, keys
from ledger.exports import Export
from ledger.run import Ledger

FOLDER = "exports"
_FRAME = 1 << 20


def file_of(settings: Settings, export: Export) -> Path:
    """Where an export's file lies."""
    return settings.folder(FOLDER) / (f"{export.sequence}.xlsx.sealed" if export.clear else f"{export.sequence}.xlsx")


def seal_into(path: Path, content: bytes, ledger: Ledger, export: Export) -> None:
    """Write the workbook sealed; its key is erased by retention once the export's days are over."""
    key = keys.create(ledger, exports.key_id(export.sequence))
    with path.open("wb") as file:
        seal_stream(key, _pieces(content), file)
        file.flush()
        os.fsync(file.fileno())


def content_of(path: Path, ledger: Ledger, export: Export) -> bytes:
    """The workbook of a sealed file.

    Raises:
        OperatorError: its key was erased, or the file was changed.
    """
    return b"".join(open_stream(keys.open_key(ledger, exports.key_id(export.sequence)), path))


def left_of(settings: Settings, export: Export) -> Iterable[Path]:
    """What a killed worker left beside: of no use to anybody."""
    return settings.folder(FOLDER).glob(f"{export.sequence}.*.tmp")


def sweep(ledger: Ledger, settings: Settings) -> int:
    """Delete the files whose days are over, and what a killed worker left a day ago; how many."""
    over = [one for one in exports.listed(ledger) if one.expires_at is not None and one.expires_at <= now()]
    yesterday = (now() - timedelta(days=1)).timestamp()
    gone = [file_of(settings, one) for one in over if file_of(settings, one).exists()]
    gone += [path for path in settings.folder(FOLDER).glob("*.tmp") if path.stat().st_mtime < yesterday]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _pieces(content: bytes) -> Iterable[bytes]:
    return (content[start : start + _FRAME] for start in range(0, len(content), _FRAME))
