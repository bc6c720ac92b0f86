"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from ledger import sessions, users
from workbench.house import house_of
from workbench.security.cookies import LANGUAGE, SESSION, forget, keep, language_of
from workbench.security.passwords import is_right
from workbench.security.policy import Door, Open
from workbench.security.sections import EVERYONE
from workbench.security.visitor import Visitor
from workbench.web.page import Notice, page
from workbench.words.catalogue import marked, translator

router = APIRouter()
_WRONG = marked("用户名或密码不正确，或账号已被锁定。")


@router.get("/login", dependencies=[Depends(Open())])
def ask(request: Request, next: str = "/") -> Response:
    """The sign-in page."""
    return _sign_in_page(request, next)


@router.post("/login", dependencies=[Depends(Open())])
def sign_in(
    request: Request,
    user_id: Annotated[str, Field(max_length=64)],
    password: Annotated[str, Field(max_length=256)],
    next: Annotated[str, Field(max_length=512)] = "/",
) -> Response:
    """Begin a session where name and password are right; say no more than that they are not."""
    ledger = house_of(request).desk.ledger
    user = users.get(ledger, user_id.strip())
    usable = user is not None and user.disabled_at is None and not user.locked
    right = is_right(password, user.password_hash if user is not None else None)
    if user is None or not usable or not right:
        if user is not None:
            users.failed(ledger, user.user_id)
        wrong = Notice("bad", translator(language_of(request))(_WRONG))
        return _sign_in_page(request, next, notice=wrong, status=401)
    users.succeeded(ledger, user.user_id)
    address = request.client.host if request.client else "unknown"
    session = sessions.start(ledger, user.user_id, address=address)
    answer = RedirectResponse(own_path(next), status_code=303)
    keep(answer, SESSION, str(session.token))
    if LANGUAGE not in request.cookies:
        keep(answer, LANGUAGE, user.language, days=365)
    return answer


@router.post("/logout")
def sign_out(request: Request, visitor: Annotated[Visitor, Depends(Door(EVERYONE))]) -> Response:
    """End the session."""
    sessions.end(house_of(request).desk.ledger, visitor.session)
    answer = RedirectResponse("/login", status_code=303)
    forget(answer, SESSION)
    return answer


@router.post("/language", dependencies=[Depends(Open())])
def choose_language(
    language: Annotated[str, Field(pattern="^(zh|en)$")], back: Annotated[str, Field(max_length=512)] = "/"
) -> Response:
    """Show the pages in Chinese or in English from now on."""
    answer = RedirectResponse(own_path(back), status_code=303)
    keep(answer, LANGUAGE, language, days=365)
    return answer


def own_path(path: str) -> str:
    """The path where it is one of ours, else the home page: nobody is sent to another site."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _sign_in_page(request: Request, next: str, *, notice: Notice | None = None, status: int = 200) -> Response:
    return page(request, "login.html", status=status, next=own_path(next), notice=notice)
