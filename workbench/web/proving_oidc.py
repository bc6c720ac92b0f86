"""Proving again who one is by the sign-in provider: asked anew, of the same person, for this very session.

The way there is a link on a page of its own, for Chromium holds `form-action` against every redirect of a form; what
was typed waits sealed in the browser and stands in the form again afterwards.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import account_links, sessions, users
from workbench.house import House, house_of
from workbench.oidc.id_token import SKEW_SECONDS, Vouched
from workbench.oidc.provider import Provider
from workbench.oidc.refusals import NotLetIn
from workbench.oidc.visit import LIFE, Visit, address_of, sealed, set_out
from workbench.security import typed
from workbench.security.cookies import OIDC, SESSION, TYPED, forget, keep, session_of
from workbench.security.policy import Door, Form, visitor_of
from workbench.security.refusals import NotThere
from workbench.security.sections import ADMINISTRATORS, CASEWORK, EVERYONE, RECALLERS
from workbench.security.visitor import Visitor
from workbench.web.page import page, refused

router = APIRouter()
FIELDS: dict[str, tuple[str, ...]] = {
    "exports": ("view", "severity", "rule", "town", "reason", "recipient", "clear"),
    "accounts": (),
    "runs": (),
}
"""The parts whose pages one comes back to, and what of their form is kept; a password never is."""
PAGES = r"^/(exports|accounts|runs/[0-9a-z-]{1,80})$"
Prover = Annotated[Visitor, Depends(Door(CASEWORK | ADMINISTRATORS | RECALLERS))]
_LONGEST = 500


@router.post("/prove/oidc")
def lead(request: Request, visitor: Prover, form: Form, next: Annotated[str, Field(pattern=PAGES)]) -> Response:
    """Keep what was typed, and show the way to the provider."""
    house = house_of(request)
    name = provider_for(house, visitor)
    if name is None:
        raise NotThere
    wanted = FIELDS[next.split("/")[1]]
    given = {} if form is None else {field: str(form.get(field, ""))[:_LONGEST] for field in wanted}
    answer = page(request, "proving/lead.html", visitor, provider=name, next=next)
    kept = typed.sealed(given, user_id=visitor.user_id, page=next, master=house.master)
    keep(answer, TYPED, kept, seconds=int(typed.LIFE.total_seconds()))
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


def typed_before(request: Request, visitor: Visitor, page: str) -> dict[str, str]:
    """What the visitor had typed on this page before the way to the provider."""
    cookie, master = request.cookies.get(TYPED, ""), house_of(request).master
    return typed.opened(cookie, user_id=visitor.user_id, page=page, master=master)


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
    told = {"words": refused(request, error).words, "next": visit.next}
    answer = page(request, "proving/refused.html", visitor, status=status, **told)
    forget(answer, OIDC)
    return answer
