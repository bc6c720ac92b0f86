"""The door of every route: who may come in, with which scope, and that no other site sent them.

A route without a door does not start (`doorless`): whatever is added is closed until somebody says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.routing import Match

from core.errors import DefectError
from core.moment import today
from ledger import grants, sessions, users
from ledger.case_words import Role
from workbench.house import house_of
from workbench.security.cookies import language_of, session_of, visit_of
from workbench.security.forgery import FIELD, HEADER, SAFE, is_forged, token_for
from workbench.security.refusals import Forbidden, Forged, SignInFirst
from workbench.security.visitor import Visitor, scope_for


async def sent_form(request: Request) -> FormData | None:
    """The form of an unsafe request, read before any door looks at it."""
    return None if request.method in SAFE else await request.form()


Form = Annotated[FormData | None, Depends(sent_form)]


class Open:
    """A door that anybody may pass who comes from our own pages: signing in, choosing a language."""

    roles: frozenset[Role] = frozenset()

    def __call__(self, request: Request, form: Form) -> None:
        """Let in, unless the request is forged.

        Raises:
            Forged: another site sent it.
        """
        _not_forged(request, form, session_of(request), visit_of(request))


class FromBrowser:
    """A door for what a browser sends of itself, without form, session or token. Behind it nothing is looked up and
    nothing changes but a count.
    """

    roles: frozenset[Role] = frozenset()

    def __call__(self) -> None:
        """Let in; what is sent is not read here, for it may be of any length."""


class Door:
    """A door that a signed-in user passes who holds one of the roles in force today."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self.roles = frozenset(roles)

    def __call__(self, request: Request, form: Form) -> Visitor:
        """The visitor, with the scope that these roles give.

        Raises:
            SignInFirst: no session, or it ended.
            Forged: another site sent the request.
            Forbidden: none of the roles.
        """
        visitor = visitor_of(request, self.roles)
        if visitor is None:
            raise SignInFirst
        _not_forged(request, form, visitor.session)
        if not visitor.has(*self.roles):
            raise Forbidden
        request.state.visitor, request.state.form = visitor, form
        return visitor


def visitor_of(request: Request, roles: Iterable[Role]) -> Visitor | None:
    """Who asks, or nobody: without session, with an ended one, or as a user who was disabled."""
    token = session_of(request)
    if not token:
        return None
    ledger = house_of(request).desk.ledger
    with ledger.read():
        session = sessions.find(ledger, token)
        user = None if session is None else users.get(ledger, session.user_id)
        if user is None or user.disabled_at is not None:
            return None
        theirs = tuple(grants.in_force(ledger, user.user_id, today()))
    address = request.client.host if request.client else "unknown"
    return Visitor(user, theirs, scope_for(theirs, roles), token, language_of(request), address)


def doorless(app: FastAPI) -> list[str]:
    """Routes that no door guards; there must be none."""
    return [f"{sorted(route.methods)} {route.path}" for route in routes(app) if door_of(route) is None]


def routes(app: FastAPI) -> list[APIRoute]:
    """Every route of the application that answers a request with a page or a file of ours.

    Raises:
        DefectError: something is mounted that is neither a page nor the static files.
    """
    found = []
    for route in app.routes:
        if isinstance(route, APIRoute):
            found.append(route)
        elif getattr(route, "name", "") != "static":
            raise DefectError(
                "workbench.route", "a route is no page", where=str(route), todo="add it as a page with a door"
            )
    return found


def door_of(route: APIRoute) -> Open | FromBrowser | Door | None:
    """The door that guards a route."""
    guards = [one.call for one in route.dependant.dependencies if isinstance(one.call, Open | FromBrowser | Door)]
    return guards[0] if len(guards) == 1 else None


def page_of(app: FastAPI, path: str) -> str | None:
    """The path of the page that answers an address, as the code writes it (`/cases/{case_id}`); none, if none does."""
    asked = {"type": "http", "method": "GET", "path": path}
    return next((route.path for route in routes(app) if route.matches(asked)[0] is Match.FULL), None)


def _not_forged(request: Request, form: FormData | None, *sessions_or_visits: str) -> None:
    given = request.headers.get(HEADER) or (str(form.get(FIELD, "")) if form is not None else None)
    master = house_of(request).master
    if all(is_forged(request, token_for(master, one), given) for one in sessions_or_visits if one):
        raise Forged
