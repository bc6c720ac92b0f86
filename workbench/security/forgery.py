"""Requests that another site forges: a token bound to the browser's session, and the browser's own word for it."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from core.sealing import derive, token

SAFE = frozenset({"GET", "HEAD"})
FIELD = "csrf"
HEADER = "x-csrf"


def token_for(master: bytes, session: str) -> str:
    """The token that forms of this session carry; worthless with any other session's cookie."""
    return token(derive(master, "csrf"), session)


def is_forged(request: Request, expected: str, given: str | None) -> bool:
    """Whether an unsafe request was not made by our own page in this session."""
    if request.method in SAFE:
        return False
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return True
    return not hmac.compare_digest(expected, given or "")
