"""Which transforms made an extract: a version that changes with their text and with the card's."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from core.settings import Settings
from core.settings import settings as current_settings
from sources.card import Card

_HERE = Path(__file__).parent
_ROOM = ("source.yml", "checks.yml", "fixes.yml")


def transform_version(card: Card, settings: Settings | None = None) -> str:
    """Ten hex digits over the text of every transform and of the room's card, checks and fixes."""
    folder = (settings or current_settings()).sources_folder / card.source
    digest = hashlib.sha256(_code())
    for name in _ROOM:
        path = folder / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:10]


@lru_cache(maxsize=1)
def _code() -> bytes:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in ("*.py", "language/*") for path in _HERE.glob(pattern) if path.is_file()):
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.digest()
