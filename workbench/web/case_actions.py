"""Working on a case: claim, release, extend, snooze, resume, comment, close. Each is one change of the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import case_work, cases
from ledger.case_words import Role
from ledger.desk import Desk
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK
from workbench.security.visitor import Visitor
from workbench.web.case import case_page

router = APIRouter(prefix="/cases/{case_id}")
Worker = Annotated[Visitor, Depends(Door(CASEWORK))]
Issuer = Annotated[Visitor, Depends(Door({Role.ISSUER, Role.SUPERVISOR}))]
Version = Annotated[int, Field()]
Reason = Annotated[str, Field(max_length=500)]


@router.post("/claim")
def claim(request: Request, case_id: int, visitor: Worker, version: Version) -> Response:
    """Take the case for some hours; whoever was quicker has it."""

    def act(desk: Desk) -> object:
        return case_work.claim(desk, visitor.scope, case_id, by=visitor.user_id, version=version)

    return done(request, visitor, case_id, act)


@router.post("/release")
def release(request: Request, case_id: int, visitor: Worker, version: Version) -> Response:
    """Put the case back among the unassigned."""

    def act(desk: Desk) -> object:
        return case_work.release(desk, visitor.scope, case_id, by=visitor.user_id, version=version)

    return done(request, visitor, case_id, act)


@router.post("/extend")
def extend(request: Request, case_id: int, visitor: Worker, version: Version) -> Response:
    """Let the lease begin anew."""

    def act(desk: Desk) -> object:
        return case_work.extend(desk, visitor.scope, case_id, by=visitor.user_id, version=version)

    return done(request, visitor, case_id, act)


@router.post("/snooze")
def snooze(
    request: Request,
    case_id: int,
    visitor: Worker,
    version: Version,
    until: Annotated[date, Field()],
    reason: Reason,
) -> Response:
    """Lay the case aside until a day, with a reason."""

    def act(desk: Desk) -> object:
        return case_work.snooze(
            desk, visitor.scope, case_id, by=visitor.user_id, version=version, until=until, reason=reason
        )

    return done(request, visitor, case_id, act)


@router.post("/resume")
def resume(request: Request, case_id: int, visitor: Worker, version: Version) -> Response:
    """Go on with a case that was laid aside or awaited the household."""

    def act(desk: Desk) -> object:
        return case_work.resume(desk, visitor.scope, case_id, by=visitor.user_id, version=version)

    return done(request, visitor, case_id, act)


@router.post("/close")
def close(request: Request, case_id: int, visitor: Issuer, version: Version) -> Response:
    """Close a decided case; what an adverse outcome still lacks, the database says."""

    def act(desk: Desk) -> object:
        return case_work.close(desk, visitor.scope, case_id, by=visitor.user_id, version=version)

    return done(request, visitor, case_id, act)


@router.post("/comment")
def comment(request: Request, case_id: int, visitor: Worker, text: Annotated[str, Field(max_length=2000)]) -> Response:
    """Add a note for colleagues."""

    def act(desk: Desk) -> object:
        return cases.comment(desk, visitor.scope, case_id, by=visitor.user_id, text=text)

    return done(request, visitor, case_id, act)


def done(request: Request, visitor: Visitor, case_id: int, act: Callable[[Desk], object]) -> Response:
    """Do it and show the case again; after a refusal the page says why, with what was typed.

    Raises:
        NotThere: no such case within the visitor's scope.
    """
    try:
        act(house_of(request).desk)
    except OperatorError as error:
        if error.code == "case.unknown":
            raise NotThere from None
        return case_page(request, visitor, case_id, error=error)
    return RedirectResponse(f"/cases/{case_id}", status_code=303)
