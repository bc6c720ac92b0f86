"""Backup and restore: the ledger at one instant, the files it names, and, apart and sealed, the keys that open them.

The audit's newest head is copied before the ledger, so that it vouches for it, and the files after it: files are
written once and recorded afterwards, so whatever the ledger's copy names is there by then. Without the keys' file and
its passphrase a backup shows no name and no number.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.errors import OperatorError
from core.moment import now
from core.sealing import audit_key_path, master_key_path, seal, unseal
from core.settings import Settings
from ledger import copies
from ledger.audit import ChainReport
from ledger.audit_heads import head_file
from ledger.run import open_ledger
from publish.folder import sha256_of
from publish.verify import verify_audit

KEPT = ("landing", "quarantine", "extracts", "subjects", "runs", "policy", "data_docs", "exports")
"""Folders of the home that a backup holds. `work` is a night's, `inbox` the departments', `keys` go apart."""
MANIFEST, HEAD = "backup.json", "head.json"
MINIMUM_LENGTH = 12
_BOUND = "hedui keys"
_SALT = 16


@dataclass(frozen=True)
class Backup:
    """What a backup holds: when it was made, files and bytes, and the hash of its keys' file."""

    made_at: str
    files: int
    bytes: int
    keys_sha256: str

    def as_record(self) -> dict[str, Any]:
        """Flat fields for `--json`."""
        return asdict(self)


def back_up(settings: Settings, folder: Path, keys_file: Path, passphrase: str) -> Backup:
    """Write a backup into a new folder, and the keys, sealed, into a file outside it; safe beside all other work.

    Raises:
        OperatorError: the folder holds something, the keys' file is there or lies within, or the passphrase is short.
    """
    _empty(folder)
    if keys_file.exists() or folder.resolve() in keys_file.resolve().parents:
        raise OperatorError(
            "backup.keys", "the keys go into a new file outside the backup", where=str(keys_file), todo="name one"
        )
    if len(passphrase) < MINIMUM_LENGTH:
        raise OperatorError(
            "backup.passphrase", "the passphrase is too short", where="passphrase", todo=f"use {MINIMUM_LENGTH}"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    open_ledger(settings)
    if (head := head_file(settings)).exists():
        shutil.copy(head, folder / HEAD)
    _copy_ledger(settings, folder)
    for name in KEPT:
        if (settings.home / name).is_dir():
            _copy(settings.home / name, folder / name)
    _write_keys(settings, keys_file, passphrase)
    listed = {str(one.relative_to(folder)): _told(one) for one in _files(folder)}
    made = Backup(now().isoformat(), len(listed), sum(one["bytes"] for one in listed.values()), sha256_of(keys_file))
    document = json.dumps({**made.as_record(), "listed": listed}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(document, encoding="utf-8")
    return made


def restore(settings: Settings, folder: Path, keys_file: Path, passphrase: str) -> ChainReport:
    """Make an installation again in an empty home; whether its audit chain is whole.

    Every file is held against the manifest before anything is written.

    Raises:
        OperatorError: the home or the database holds something, a file was changed or lost, the passphrase is wrong.
    """
    _empty(settings.home)
    manifest = _manifest(folder)
    _hold(folder, manifest, keys_file)
    opened = _read_keys(keys_file, passphrase)
    settings.home.mkdir(parents=True, exist_ok=True)
    for path, key in zip(_key_paths(settings), opened, strict=True):
        _place_key(path, key)
    for name in KEPT:
        if (folder / name).is_dir():
            _copy(folder / name, settings.home / name)
    if (folder / HEAD).exists():
        head_file(settings).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / HEAD, head_file(settings))
    [ledger] = [folder / name for name in (copies.SQLITE, copies.POSTGRES) if (folder / name).exists()]
    copies.load_from(settings, ledger)
    return verify_audit(open_ledger(settings), settings)


def _copy_ledger(settings: Settings, folder: Path) -> None:
    """The ledger at an instant at which no run was being placed: a folder placed after it would know of later acts."""
    placed: set[str] | None = None
    while placed != (now_placed := {one.name for one in settings.folder("runs").iterdir()}):
        placed = now_placed
        for name in (copies.SQLITE, copies.POSTGRES):
            (folder / name).unlink(missing_ok=True)
        copies.copy_to(settings, folder)


def _copy(source: Path, target: Path) -> None:
    """Files and their modes; what vanishes meanwhile was thinned or is half-written, and no ledger names it."""
    for path in sorted(source.rglob("*")):
        beside = target / path.relative_to(source)
        if path.is_dir():
            beside.mkdir(parents=True, exist_ok=True)
        elif path.is_file() and not path.name.startswith("."):
            beside.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copy(path, beside)
            except FileNotFoundError:
                beside.unlink(missing_ok=True)
    for path in sorted(target.rglob("*"), reverse=True):
        original = source / path.relative_to(target)
        if path.is_dir() and original.is_dir():
            path.chmod(original.stat().st_mode & 0o777)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def _told(path: Path) -> dict[str, Any]:
    return {"sha256": sha256_of(path), "bytes": path.stat().st_size}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise OperatorError(
            "restore.manifest", "this is no whole backup", where=str(folder / MANIFEST), todo="name another"
        ) from None
    return read


def _hold(folder: Path, manifest: dict[str, Any], keys_file: Path) -> None:
    there = {str(one.relative_to(folder)): one for one in _files(folder)}
    listed: dict[str, dict[str, Any]] = manifest["listed"]
    wrong = sorted(there.keys() ^ listed.keys())
    wrong += [name for name, path in there.items() if name in listed and _told(path) != listed[name]]
    if not keys_file.is_file() or sha256_of(keys_file) != manifest["keys_sha256"]:
        wrong.append(keys_file.name)
    if wrong:
        raise OperatorError(
            "restore.changed",
            f"{len(wrong)} files of the backup were changed, lost or added",
            where=wrong[0],
            todo="restore from another backup",
        )


def _key_paths(settings: Settings) -> tuple[Path, Path]:
    return master_key_path(settings), audit_key_path(settings)


def _write_keys(settings: Settings, keys_file: Path, passphrase: str) -> None:
    salt = os.urandom(_SALT)
    payload = json.dumps([path.read_bytes().hex() for path in _key_paths(settings)]).encode()
    sealed = salt + seal(_stretched(passphrase, salt), payload, bound_to=_BOUND)
    keys_file.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(keys_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)


def _read_keys(keys_file: Path, passphrase: str) -> list[bytes]:
    sealed = keys_file.read_bytes()
    opened = unseal(_stretched(passphrase, sealed[:_SALT]), sealed[_SALT:], bound_to=_BOUND)
    return [bytes.fromhex(one) for one in json.loads(opened)]


def _stretched(passphrase: str, salt: bytes) -> bytes:
    """A key from a passphrase: scrypt with 64 MiB (RFC 7914; parameters of the OWASP password storage cheat sheet)."""
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode())


def _place_key(path: Path, key: bytes) -> None:
    if path.exists():
        if path.read_bytes() != key:
            raise OperatorError("restore.key", "another key lies there", where=str(path), todo="move it away")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)


def _empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise OperatorError(
            "restore.not_empty", "the folder holds something already", where=str(folder), todo="name an empty one"
        )
