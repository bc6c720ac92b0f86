"""Proving again who one is, before what counts most: changing accounts, taking clear values out, taking a run back.

By one's own password, here; by the sign-in provider in `proving_oidc`. Either way one comes back to the page one came
from, and what was typed there before waits sealed in the browser and stands in the form again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from core.moment import now
from ledger import sessions, users
from workbench.house import house_of
from workbench.security import typed
from workbench.security.cookies import SESSION, TYPED, keep
from workbench.security.passwords import is_right
from workbench.security.policy import Door
from workbench.security.sections import ADMINISTRATORS, CASEWORK, RECALLERS
from workbench.security.visitor import Visitor
from workbench.web.page import page, refused

router = APIRouter()
FRESH = timedelta(minutes=10)
PAGES = r"^/(exports|accounts|runs/[0-9a-z-]{1,80})$"
Prover = Annotated[Visitor, Depends(Door(CASEWORK | ADMINISTRATORS | RECALLERS))]
FIELDS: dict[str, tuple[str, ...]] = {
    "exports": ("view", "severity", "rule", "town", "reason", "recipient", "clear"),
    "accounts": (
        *("user_id", "staff_number", "display_name", "reason", "role", "prefix", "valid_from", "valid_to", "subject"),
        "form",
    ),
    "runs": ("reason",),
}
"""The parts whose pages one comes back to, and what of their forms is kept; a password never is."""
_LONGEST = 500


@router.post("/prove")
def prove(
    request: Request,
    visitor: Prover,
    password: Annotated[str, Field(max_length=256)],
    next: Annotated[str, Field(pattern=PAGES)],
) -> Response:
    """Prove by one's own password who one is; what needs it is open for some minutes. A wrong one counts."""
    ledger = house_of(request).desk.ledger
    stepped = None
    if not visitor.user.locked and is_right(password, visitor.user.password_hash):
        stepped = sessions.step_up(ledger, visitor.session)
    else:
        users.failed(ledger, visitor.user_id)
    if stepped is None:
        wrong = OperatorError("proof.password", "the password is wrong", where="/prove", todo="try again")
        told = {"words": refused(request, wrong).words, "next": next, "by_password": True}
        return page(request, "proving/refused.html", visitor, status=403, **told)
    answer = RedirectResponse(next, status_code=303)
    keep(answer, SESSION, stepped.token)
    return answer


def is_fresh(request: Request, visitor: Visitor) -> bool:
    """Whether this session proved itself within the last minutes."""
    session = sessions.find(house_of(request).desk.ledger, visitor.session)
    return session is not None and session.stepped_up_at is not None and session.stepped_up_at > now() - FRESH


def unproved(code: str = "proof.needed") -> OperatorError:
    """What a page says to somebody who must prove first who they are."""
    return OperatorError(code, "nobody proved lately who they are", where="/prove", todo="prove it")


def keep_typed(answer: Response, request: Request, visitor: Visitor, page: str, given: Mapping[str, object]) -> None:
    """Let what was typed on a page wait in the browser until its person has proved who they are."""
    kept = {field: str(given.get(field, ""))[:_LONGEST] for field in FIELDS[page.split("/")[1]]}
    sealed = typed.sealed(kept, user_id=visitor.user_id, page=page, master=house_of(request).master)
    keep(answer, TYPED, sealed, seconds=int(typed.LIFE.total_seconds()))


def typed_before(request: Request, visitor: Visitor, page: str) -> dict[str, str]:
    """What the visitor had typed on this page before proving it."""
    cookie, master = request.cookies.get(TYPED, ""), house_of(request).master
    return typed.opened(cookie, user_id=visitor.user_id, page=page, master=master)
