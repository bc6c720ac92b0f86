"""Sealing: AES-256-GCM for files and small payloads, key wrapping, keyed tokens.

A sealed file is `HDSEAL1\\n`, a 7-byte nonce prefix, then frames of at most 4 MiB of plaintext, each with its own
16-byte tag. The nonce of a frame is prefix ‖ last-flag ‖ 4-byte counter (the STREAM construction), so a cut,
reordered or doubled file does not open. Erasing the wrapped key erases the file.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from core.errors import OperatorError
from core.settings import Settings

MAGIC = b"HDSEAL1\n"
FRAME = 4 * 1024 * 1024
_TAG = 16


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return AESGCM.generate_key(256)


def seal(key: bytes, payload: bytes, *, bound_to: str) -> bytes:
    """One small payload sealed under `key`; `bound_to` (what it is) must be given again to open it."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, payload, bound_to.encode())


def unseal(key: bytes, sealed: bytes, *, bound_to: str) -> bytes:
    """Open what `seal` made.

    Raises:
        OperatorError: the key is wrong or the payload was changed.
    """
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound_to.encode())
    except InvalidTag:
        raise _wrong_key(bound_to) from None


def seal_stream(key: bytes, chunks: Iterable[bytes], out: BinaryIO) -> None:
    """Write the chunks to `out` as one sealed file."""
    prefix = os.urandom(7)
    cipher = AESGCM(key)
    out.write(MAGIC + prefix)
    buffer = bytearray()
    counter = 0
    for chunk in chunks:
        buffer += chunk
        while len(buffer) > FRAME:
            out.write(cipher.encrypt(_nonce(prefix, counter, last=False), bytes(buffer[:FRAME]), None))
            del buffer[:FRAME]
            counter += 1
    out.write(cipher.encrypt(_nonce(prefix, counter, last=True), bytes(buffer), None))


def open_stream(key: bytes, path: Path) -> Iterator[bytes]:
    """The plaintext of a sealed file, frame by frame.

    Raises:
        OperatorError: not a sealed file, a wrong or destroyed key, or a file changed after sealing.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise _wrong_key(path.name)
        prefix = file.read(7)
        cipher = AESGCM(key)
        counter = 0
        frame = file.read(FRAME + _TAG)
        while True:
            following = file.read(FRAME + _TAG)
            try:
                yield cipher.decrypt(_nonce(prefix, counter, last=not following), frame, None)
            except InvalidTag:
                raise _wrong_key(path.name) from None
            if not following:
                return
            frame = following
            counter += 1


class Wrapping:
    """Data keys wrapped under the master key (RFC 3394), as the ledger keeps them."""

    def __init__(self, master: bytes) -> None:
        self._key = derive(master, "wrap")

    def wrap(self, key: bytes) -> bytes:
        """The data key in its wrapped form."""
        return aes_key_wrap(self._key, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key back from its wrapped form."""
        return aes_key_unwrap(self._key, wrapped)


def derive(master: bytes, purpose: str) -> bytes:
    """A 256-bit key for one purpose (HKDF-SHA256), so that no key serves two."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"hedui:{purpose}".encode()).derive(master)


def token(key: bytes, text: str) -> str:
    """A keyed hash (HMAC-SHA256, 128 bits, hex) by which equal values can be found without holding them."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


class KeyedHash:
    """HMAC-SHA256 under one key for many texts: the key is absorbed once, which halves the time of each."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        """`key`: at most 64 bytes, as every key here is."""
        block = key.ljust(hashlib.sha256().block_size, b"\0")
        self._inner = hashlib.sha256(block.translate(hmac.trans_36))
        self._outer = hashlib.sha256(block.translate(hmac.trans_5C))

    def digest(self, text: bytes) -> bytes:
        """The 32 bytes of the text's hash."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


def master_key(settings: Settings) -> bytes:
    """The installation's master key; made on first use in the demonstration, never in production.

    Raises:
        OperatorError: in production when the key file is missing, or when the file does not hold 32 bytes.
    """
    return _key_of(master_key_path(settings), "master", settings)


def master_key_path(settings: Settings) -> Path:
    """Where the master key lies."""
    return settings.master_key_file or settings.home / "keys" / "master.key"


def audit_key(settings: Settings) -> Ed25519PrivateKey:
    """The key that signs the audit's heads; it stands outside the database, like the master key and apart from it.

    Raises:
        OperatorError: as `master_key`.
    """
    return Ed25519PrivateKey.from_private_bytes(_key_of(audit_key_path(settings), "audit", settings))


def audit_key_path(settings: Settings) -> Path:
    """Where the key that signs the audit's heads lies."""
    return settings.audit_key_file or settings.home / "keys" / "audit.key"


def _key_of(path: Path, name: str, settings: Settings) -> bytes:
    if not path.exists():
        if settings.environment == "production":
            raise OperatorError(
                "key.missing",
                f"the {name} key is not there",
                where=str(path),
                todo=f"mount the key as a secret and set HEDUI_{name.upper()}_KEY_FILE",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(32))
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    key = path.read_bytes()
    if len(key) != 32:
        raise OperatorError(
            "key.length", f"the {name} key must be 32 bytes", where=str(path), todo="restore it from the backup"
        )
    return key


def _nonce(prefix: bytes, counter: int, *, last: bool) -> bytes:
    return prefix + (b"\x01" if last else b"\x00") + counter.to_bytes(4, "big")


def _wrong_key(what: str) -> OperatorError:
    return OperatorError(
        "key.does_not_open",
        "the key does not open this, or it was changed after sealing",
        where=what,
        todo="restore the file or the key from the same backup; an erased key cannot be restored, and that is meant",
    )
