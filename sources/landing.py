"""The landing floor's shelf: files exactly as they came, written once, sealed with a key of their own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import OperatorError
from core.sealing import MAGIC, open_stream, seal_stream
from core.settings import Settings
from ledger import keys
from ledger.deliveries import Delivery
from ledger.run import Ledger
from sources.arrival import PIECE

FOLDER = "landing"


def key_id(delivery_id: str) -> str:
    """The name of a delivery's data key in the ledger."""
    return f"delivery:{delivery_id}"


@contextmanager
def shelf(source: str, settings: Settings) -> Iterator[Path]:
    """The source's landing folder, held by one process at a time; what a killed one left half-written is removed."""
    folder = settings.folder(FOLDER) / source
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(".*.writing"):
            left.unlink()
        yield folder


def store(pieces: Iterable[bytes], target: Path, key: bytes, sha256: str, settings: Settings) -> bool:
    """Write the pieces to `target`, sealed if so set; False, and nothing is there, if they hash to another value.

    Written beside, synced and renamed, so `target` is whole or absent.

    Raises:
        OperatorError: the disk is full or refuses.
    """
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.writing")
    digest = hashlib.sha256()
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            _write(_hashing(pieces, digest.update), out, key if settings.sealing else None)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != sha256:
            beside.unlink()
            return False
        beside.chmod(0o400)
        beside.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OperatorError(
            "landing.disk",
            f"the file could not be stored ({type(error).__name__}, errno {error.errno})",
            where=str(target.parent),
            todo="make room on the disk or mend it, then land again",
        ) from None
    return True


def open_landed(delivery: Delivery, ledger: Ledger, settings: Settings) -> Iterator[bytes]:
    """The bytes of a landed file as they came, in pieces of at most 4 MiB.

    Raises:
        OperatorError: the file is gone (purged or lost), changed, or its key was erased.
    """
    path = settings.home / delivery.landing_path
    try:
        with path.open("rb") as file:
            sealed = file.read(len(MAGIC)) == MAGIC
    except OSError:
        raise OperatorError(
            "landing.missing",
            "the landed file is not there",
            where=delivery.delivery_id,
            todo="if it was purged nothing is to do; else restore it from the backup",
        ) from None
    if sealed:
        yield from open_stream(keys.open_key(ledger, key_id(delivery.delivery_id)), path)
        return
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _write(pieces: Iterable[bytes], out: BinaryIO, key: bytes | None) -> None:
    if key is not None:
        seal_stream(key, pieces, out)
        return
    for piece in pieces:
        out.write(piece)


def _hashing(pieces: Iterable[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in pieces:
        update(piece)
        yield piece


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
