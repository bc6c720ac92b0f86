"""Passwords of local accounts: argon2id, and the same effort for a name that does not exist."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106's second recommendation
MINIMUM_LENGTH = 12


def hashed(password: str) -> str:
    """The text that the ledger keeps of a password."""
    return _HASHER.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept; takes as long where nothing is kept, so that names cannot be guessed."""
    try:
        return _HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
