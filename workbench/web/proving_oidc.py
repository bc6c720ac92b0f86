"""Proving again who one is by the sign-in provider: asked anew, of the same person, for this very session.

The way there is a link on a page of its own, for Chromium holds `form-action` against every redirect of a form.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import account_links, sessions, users
from workbench.house import House, house_of
from workbench.oidc.id_token import SKEW_SECONDS, Vouched
from workbench.oidc.provider import Provider
from workbench.oidc.refusals import NotLetIn
from workbench.oidc.visit import LIFE, Visit, address_of, sealed, set_out
from workbench.security.cookies import OIDC, SESSION, forget, keep, session_of
from workbench.security.policy import Form, visitor_of
from workbench.security.refusals import NotThere
from workbench.security.sections import EVERYONE
from workbench.security.visitor import Visitor
from workbench.web.page import page, refused
from workbench.web.proving import PAGES, Prover, keep_typed

router = APIRouter()


@router.post("/prove/oidc")
def lead(request: Request, visitor: Prover, form: Form, next: Annotated[str, Field(pattern=PAGES)]) -> Response:
    """Show the way to the provider. The form of exports is sent along; elsewhere the refusal kept what was typed."""
    house = house_of(request)
    name = provider_for(house, visitor)
    if name is None:
        raise NotThere
    answer = page(request, "proving/lead.html", visitor, provider=name, next=next)
    if next == "/exports" and form is not None:
        keep_typed(answer, request, visitor, next, form)
    return answer


@router.get("/prove/oidc")
def go(request: Request, visitor: Prover, next: Annotated[str, Query(pattern=PAGES)]) -> Response:
    """Lead to the provider, who must ask anew; what the visitor comes back with counts for this session alone."""
    house = house_of(request)
    if house.provider is None or provider_for(house, visitor) is None:
        raise NotThere
    session = sessions.find(house.desk.ledger, visitor.session)
    if session is None:
        raise NotThere
    visit = set_out(next, proves=session.session_hash)
    try:
        answer = RedirectResponse(address_of(visit, house.provider, visitor.language), status_code=303)
    except OperatorError as error:
        return unproved(request, visit, error)
    keep(answer, OIDC, sealed(visit, house.master), seconds=int(LIFE.total_seconds()))
    return answer


def provider_for(house: House, visitor: Visitor) -> str | None:
    """What the provider is called, where it can vouch for this visitor."""
    linked = house.provider is not None and visitor.user.oidc_subject is not None
    return house.provider.client.names[visitor.language] if house.provider and linked else None


def proved_anew(request: Request, provider: Provider, visit: Visit, person: Vouched) -> Response:
    """Lead on with a renewed session, where the person of this session proved it at the provider just now.

    Raises:
        NotLetIn: it was another person, another session, or the proof is older than the asking.
    """
    ledger = house_of(request).desk.ledger
    session = sessions.find(ledger, session_of(request))
    if session is None or session.session_hash != visit.proves:
        raise NotLetIn("proof.browser", "session")
    user = users.get(ledger, session.user_id)
    if user is None or user.disabled_at is not None or user.locked:
        raise NotLetIn("oidc.shut", "shut")
    if user.oidc_subject != account_links.subject_of(person.issuer, person.subject):
        raise NotLetIn("proof.other", "another person")
    begun = datetime.fromisoformat(visit.begun).timestamp()
    if person.proved_at is None or not begun - SKEW_SECONDS <= person.proved_at <= time.time() + SKEW_SECONDS:
        raise NotLetIn("proof.stale", "auth_time")
    stepped = sessions.step_up(ledger, session.token, way="oidc")
    if stepped is None:
        raise NotLetIn("proof.browser", "session")
    answer = RedirectResponse(visit.next, status_code=303)
    keep(answer, SESSION, stepped.token)
    forget(answer, OIDC)
    return answer


def unproved(request: Request, visit: Visit, error: OperatorError) -> Response:
    """The page that says why the proof does not count; the session goes on as it was."""
    visitor = visitor_of(request, EVERYONE)
    if isinstance(error, NotLetIn):
        ledger = house_of(request).desk.ledger
        account_links.refused_proof(ledger, error.why, user_id=visitor.user_id if visitor else None)
    status = 503 if error.code == "oidc.unavailable" else 403
    told = {"words": refused(request, error).words, "next": visit.next, "by_password": False}
    answer = page(request, "proving/refused.html", visitor, status=status, **told)
    forget(answer, OIDC)
    return answer
