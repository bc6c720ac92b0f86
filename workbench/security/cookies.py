"""The cookies: session, the visit before it, the way to the sign-in provider, what was typed before
it, language. No script reads any."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response

SESSION = "__Host-session"
VISIT = "__Host-visit"
OIDC = "__Host-oidc"
TYPED = "__Host-typed"
LANGUAGE = "__Host-language"
YEAR_SECONDS = 365 * 86_400


def session_of(request: Request) -> str:
    """The session's token as the browser sent it, or nothing."""
    return request.cookies.get(SESSION, "")


def visit_of(request: Request) -> str:
    """The visit's mark: what ties the forms of the sign-in page to this browser. Made anew where there is none."""
    known = request.cookies.get(VISIT) or getattr(request.state, "visit", "")
    if not known:
        known = request.state.visit = secrets.token_urlsafe(24)
    return known


def language_of(request: Request) -> str:
    """The language of the pages, Chinese unless the visitor chose otherwise."""
    return "en" if request.cookies.get(LANGUAGE) == "en" else "zh"


def keep(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set one of the cookies: only over TLS or on the loopback, only for this host, not for scripts.

    It lasts `seconds`, or as long as the browser runs.
    """
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        secure=True,
        httponly=True,
        samesite="lax",
        path="/",
    )


def forget(response: Response, name: str) -> None:
    """Remove one of the cookies."""
    response.delete_cookie(name, secure=True, httponly=True, samesite="lax", path="/")
