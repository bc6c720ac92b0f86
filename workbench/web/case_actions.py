"""Working on a case: claim, release, extend, snooze, resume, comment, send back, close: each one change of the case."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import Response

from ledger import case_work, cases
from ledger.case_words import Role
from ledger.desk import Desk
from workbench.security.policy import Door, Form
from workbench.security.sections import CASEWORK
from workbench.security.visitor import Visitor
from workbench.web.done import done

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
    form: Form,
    version: Version,
    until: Annotated[date, Field()],
    reason: Reason,
) -> Response:
    """Lay the case aside until a day, with a reason."""

    def act(desk: Desk) -> object:
        return case_work.snooze(
            desk, visitor.scope, case_id, by=visitor.user_id, version=version, until=until, reason=reason
        )

    return done(request, visitor, case_id, act, typed=form)


@router.post("/resume")
def resume(request: Request, case_id: int, visitor: Worker, version: Version) -> Response:
    """Go on with a case that was laid aside or awaited the household."""

    def act(desk: Desk) -> object:
        return case_work.resume(desk, visitor.scope, case_id, by=visitor.user_id, version=version)

    return done(request, visitor, case_id, act)


@router.post("/send-back")
def send_back(
    request: Request, case_id: int, visitor: Issuer, form: Form, version: Version, reason: Reason
) -> Response:
    """Give a decided case back to be worked on, with a reason: something is missing that nobody can add here."""

    def act(desk: Desk) -> object:
        return case_work.send_back(desk, visitor.scope, case_id, by=visitor.user_id, version=version, reason=reason)

    return done(request, visitor, case_id, act, typed=form)


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
