"""What somebody typed, sealed in their own browser while they prove who they are elsewhere: never in an address."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.errors import OperatorError
from core.moment import now
from core.sealing import derive, seal, unseal

LIFE = timedelta(minutes=10)
_PURPOSE = "typed form"


def sealed(typed: Mapping[str, str], *, user_id: str, page: str, master: bytes) -> str:
    """A cookie's value that gives the fields back to this person on this page alone."""
    told = json.dumps([now().isoformat(), dict(typed)], ensure_ascii=False).encode()
    packed = seal(derive(master, _PURPOSE), told, bound_to=_bound(user_id, page))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def opened(cookie: str, *, user_id: str, page: str, master: bytes) -> dict[str, str]:
    """The fields again; nothing where they were another's, of another page, or too long ago."""
    try:
        packed = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
        at, typed = json.loads(unseal(derive(master, _PURPOSE), packed, bound_to=_bound(user_id, page)))
    except (OperatorError, binascii.Error, ValueError):
        return {}
    return typed if datetime.fromisoformat(at) > now() - LIFE else {}


def _bound(user_id: str, page: str) -> str:
    return f"{_PURPOSE} {page} {user_id}"
