"""Heads of the audit chain kept outside the database, signed by a key outside the database.

Whoever rewrites the chain, or cuts its end, must also forge a head: the newest one, renewed after every commit, and
the one in every published manifest. Copy either to another house, and that house can tell.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.sealing import audit_key
from core.settings import Settings

log = logging.getLogger(__name__)


def signed(settings: Settings, sequence: int, entry_hash: str) -> dict[str, Any]:
    """`{sequence, entry_hash, signature, public_key}` of a chain with `sequence` entries that ends with this hash."""
    key = audit_key(settings)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    signature = key.sign(_text(sequence, entry_hash)).hex()
    return {"sequence": sequence, "entry_hash": entry_hash, "signature": signature, "public_key": public}


def genuine(settings: Settings, head: dict[str, Any]) -> bool:
    """Whether a head was signed by this installation's audit key."""
    try:
        signature = bytes.fromhex(str(head["signature"]))
        audit_key(settings).public_key().verify(signature, _text(int(head["sequence"]), str(head["entry_hash"])))
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


def keep(settings: Settings, sequence: int, entry_hash: str) -> None:
    """Keep this head as the newest, unless a newer one is kept already. Where it cannot be written, the log says so."""
    path = head_file(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_name(f".{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = kept(settings)
            if before is None or int(before["sequence"]) < sequence:
                _replace(path, json.dumps(signed(settings, sequence, entry_hash)))
    except OSError as error:
        log.error("audit.head could not be kept: %s at entry %d", type(error).__name__, sequence)


def kept(settings: Settings) -> dict[str, Any] | None:
    """The newest head kept outside the database; nothing, if none was kept yet. It may be forged: ask `genuine`."""
    try:
        head: dict[str, Any] = json.loads(head_file(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        return {"sequence": 0, "entry_hash": "", "signature": ""}
    return head


def head_file(settings: Settings) -> Path:
    """Where the newest head is kept."""
    return settings.audit_head_file or settings.home / "audit" / "head.json"


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _text(sequence: int, entry_hash: str) -> bytes:
    return f"hedui audit head {sequence} {entry_hash}".encode()
