"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from ledger import sessions, users
from ledger.users import User
from workbench.house import house_of
from workbench.oidc.visit import leaving
from workbench.security.cookies import LANGUAGE, SESSION, YEAR_SECONDS, forget, keep, language_of, session_of
from workbench.security.passwords import is_right
from workbench.security.policy import Door, Open
from workbench.security.sections import EVERYONE
from workbench.security.visitor import Visitor
from workbench.web.page import Notice, page
from workbench.words.catalogue import marked, translator

router = APIRouter()
_WRONG = marked("用户名或密码不正确，或账号已被锁定。")


@router.get("/login", dependencies=[Depends(Open())])
def ask(request: Request, next: str = "/", left: str = "") -> Response:
    """The sign-in page; after signing out of a session that the provider opened, with the way to end that one too."""
    provider = house_of(request).provider
    ending = leaving(provider) if provider is not None and left == "oidc" else None
    return _sign_in_page(request, next, ending=ending)


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
    return begin_session(request, user, next)


@router.post("/logout")
def sign_out(request: Request, visitor: Annotated[Visitor, Depends(Door(EVERYONE))]) -> Response:
    """End the session here; whoever came by the provider is offered to end the one there too."""
    ledger = house_of(request).desk.ledger
    session = sessions.find(ledger, visitor.session)
    sessions.end(ledger, visitor.session)
    by_provider = session is not None and session.way == "oidc"
    answer = RedirectResponse("/login?left=oidc" if by_provider else "/login", status_code=303)
    forget(answer, SESSION)
    return answer


@router.post("/language", dependencies=[Depends(Open())])
def choose_language(
    language: Annotated[str, Field(pattern="^(zh|en)$")], back: Annotated[str, Field(max_length=512)] = "/"
) -> Response:
    """Show the pages in Chinese or in English from now on."""
    answer = RedirectResponse(own_path(back), status_code=303)
    keep(answer, LANGUAGE, language, seconds=YEAR_SECONDS)
    return answer


def begin_session(request: Request, user: User, next: str, *, way: str = "password") -> Response:
    """Lead on with a new session; one that this browser had before ends, so that none can be slipped to a person."""
    ledger = house_of(request).desk.ledger
    if before := session_of(request):
        sessions.end(ledger, before)
    address = request.client.host if request.client else "unknown"
    session = sessions.start(ledger, user.user_id, address=address, way=way)
    answer = RedirectResponse(own_path(next), status_code=303)
    keep(answer, SESSION, str(session.token))
    if LANGUAGE not in request.cookies:
        keep(answer, LANGUAGE, user.language, seconds=YEAR_SECONDS)
    return answer


def own_path(path: str) -> str:
    """The path where it is one of ours, else the home page: nobody is sent to another site."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _sign_in_page(
    request: Request, next: str, *, notice: Notice | None = None, status: int = 200, ending: str | None = None
) -> Response:
    provider = house_of(request).provider
    name = None if provider is None else provider.client.names[language_of(request)]
    values = {"next": own_path(next), "notice": notice, "provider": name, "ending": ending}
    return page(request, "login/sign_in.html", None, status=status, **values)
