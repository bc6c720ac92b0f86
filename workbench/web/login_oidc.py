"""Signing in by the provider: the way there, the way back, and who is let in."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import account_links, users
from ledger.users import User
from workbench.house import House, house_of
from workbench.oidc.client import RETURN
from workbench.oidc.id_token import Vouched, vouched
from workbench.oidc.provider import Provider
from workbench.oidc.refusals import NotLetIn
from workbench.oidc.visit import LIFE, Visit, address_of, opened, sealed, set_out
from workbench.security.cookies import OIDC, forget, keep, language_of
from workbench.security.policy import Open
from workbench.security.refusals import NotThere
from workbench.web.login import begin_session, own_path
from workbench.web.page import page, refused
from workbench.web.proving_oidc import proved_anew, unproved

router = APIRouter()
LOG = logging.getLogger("workbench")
Text = Annotated[str, Query(max_length=4_096)]


@router.get("/login/oidc", dependencies=[Depends(Open())])
def go(request: Request, next: Annotated[str, Query(max_length=512)] = "/") -> Response:
    """Lead to the provider; what it must come back with stays in this browser, sealed."""
    house = house_of(request)
    provider = _provider(house)
    visit = set_out(own_path(next))
    try:
        answer = RedirectResponse(address_of(visit, provider, language_of(request)), status_code=303)
    except OperatorError as error:
        return _told(request, error)
    keep(answer, OIDC, sealed(visit, house.master), seconds=int(LIFE.total_seconds()))
    return answer


@router.get(RETURN, dependencies=[Depends(Open())])
def come_back(request: Request, state: Text = "", code: Text = "", iss: Text = "", error: Text = "") -> Response:
    """Begin a session for whom the provider vouches, where an account is linked to that person."""
    house = house_of(request)
    provider = _provider(house)
    visit = opened(request.cookies.get(OIDC, ""), house.master)
    if visit is None or visit.over or not visit.is_of(state):
        LOG.warning("oidc.browser: a return that this browser did not set out for, or that took too long")
        return _told(request, NotLetIn("oidc.browser", "browser"))
    if visit.proves:
        return _prove(request, provider, visit, code, iss, error)
    user: User | None = None
    try:
        person = _proved(house, provider, visit, code, iss, error)
        user = users.linked(house.desk.ledger, account_links.subject_of(person.issuer, person.subject))
        _let_in(user, person)
    except NotLetIn as refusal:
        account_links.refused_entry(house.desk.ledger, refusal.why, user_id=user.user_id if user else None)
        return _told(request, refusal)
    except OperatorError as failure:
        return _told(request, failure)
    assert user is not None
    account_links.entered(house.desk.ledger, user.user_id)
    answer = begin_session(request, user, visit.next, way="oidc")
    forget(answer, OIDC)
    return answer


def _prove(request: Request, provider: Provider, visit: Visit, code: str, iss: str, error: str) -> Response:
    try:
        person = _proved(house_of(request), provider, visit, code, iss, error)
        return proved_anew(request, provider, visit, person)
    except NotLetIn as refusal:
        known = {"oidc.browser": "proof.browser"}
        return unproved(request, visit, NotLetIn(known.get(refusal.code, refusal.code), refusal.why))
    except OperatorError as failure:
        return unproved(request, visit, failure)


def _proved(house: House, provider: Provider, visit: Visit, code: str, iss: str, error: str) -> Vouched:
    """Whom the provider vouches for at the end of this visit, which counts once."""
    if not account_links.take_return(house.desk.ledger, visit.state_hash):
        raise NotLetIn("oidc.browser", "replayed")
    if iss != provider.client.issuer and (iss or provider.described().returns_issuer):
        raise NotLetIn("oidc.token", "mixed_up issuer")
    if error or not code:
        raise NotLetIn("oidc.refused", "provider")
    return vouched(provider, provider.tokens_for(code, visit.verifier), visit.nonce)


def _let_in(user: User | None, person: Vouched) -> None:
    if user is None:
        raise NotLetIn("oidc.unknown", "unknown", subject=person.subject)
    if user.disabled_at is not None:
        raise NotLetIn("oidc.shut", "disabled")
    if user.locked:
        raise NotLetIn("oidc.shut", "locked")


def _provider(house: House) -> Provider:
    if house.provider is None:
        raise NotThere
    return house.provider


def _told(request: Request, error: OperatorError) -> Response:
    """The page that says who must act; local accounts go on either way."""
    if error.code == "oidc.unavailable":
        LOG.warning("%s %s", error.code, error.where)
    status = 503 if error.code == "oidc.unavailable" else 403
    subject = error.subject if isinstance(error, NotLetIn) else ""
    answer = page(request, "login/refused.html", status=status, words=refused(request, error).words, subject=subject)
    forget(answer, OIDC)
    return answer
