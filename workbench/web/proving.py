"""Proving again who one is, before what counts most: changing accounts, taking clear values out of the house."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from core.moment import now
from ledger import sessions, users
from workbench.house import house_of
from workbench.security.cookies import SESSION, keep
from workbench.security.passwords import is_right
from workbench.security.visitor import Visitor
from workbench.words.catalogue import marked

FRESH = timedelta(minutes=10)
PROVE = marked("请先输入您自己的密码。")
WRONG = marked("密码不对。")


def proved(request: Request, visitor: Visitor, password: str, then: str) -> Response | None:
    """Lead on with a renewed session where the local password is right; else count the attempt and return nothing."""
    ledger = house_of(request).desk.ledger
    stepped = None
    if not visitor.user.locked and is_right(password, visitor.user.password_hash):
        stepped = sessions.step_up(ledger, visitor.session)
    else:
        users.failed(ledger, visitor.user_id)
    if stepped is None:
        return None
    answer = RedirectResponse(then, status_code=303)
    keep(answer, SESSION, stepped.token)
    return answer


def is_fresh(request: Request, visitor: Visitor) -> bool:
    """Whether this session proved itself within the last minutes."""
    session = sessions.find(house_of(request).desk.ledger, visitor.session)
    return session is not None and session.stepped_up_at is not None and session.stepped_up_at > now() - FRESH
