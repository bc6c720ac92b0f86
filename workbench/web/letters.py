"""Letters: the list, one letter with its steps, drafting, checking, issuing, printing, delivering, voiding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import cases, letters, users
from ledger.case_words import Role
from ledger.letters import Letter
from workbench.house import House, house_of
from workbench.letters import drafting
from workbench.letters.printing import verification_code
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASE_READERS, CASEWORK, ISSUERS
from workbench.security.visitor import Visitor
from workbench.web.case import case_page
from workbench.web.page import page, refused

router = APIRouter()
STATES = ("draft", "checked", "issued", "delivered", "voided")
Reader = Annotated[Visitor, Depends(Door(CASE_READERS))]
Worker = Annotated[Visitor, Depends(Door(CASEWORK))]
Writer = Annotated[Visitor, Depends(Door(CASEWORK | ISSUERS))]
Issuer = Annotated[Visitor, Depends(Door(ISSUERS))]
Note = Annotated[str, Field(max_length=500)]


@router.get("/letters")
def listed(
    request: Request, visitor: Reader, state: Annotated[str, Query(pattern="^[a-z]*$", max_length=16)] = ""
) -> Response:
    """The newest letters within the visitor's places, in one state where chosen."""
    house = house_of(request)
    found = letters.listed(house.desk, visitor.scope, state=state if state in STATES else None)
    return page(request, "letters/list.html", visitor, letters=found, states=STATES, chosen=state, names=_names(house))


@router.get("/letters/{letter_id}")
def one(request: Request, letter_id: int, visitor: Reader) -> Response:
    """One letter: its steps, its hashes, and what may be done with it now."""
    return _letter_page(request, visitor, letter_id)


@router.post("/cases/{case_id}/letters")
def draft(request: Request, case_id: int, visitor: Worker, kind: Annotated[str, Field(max_length=32)]) -> Response:
    """Draft a letter of a case."""
    house = house_of(request)
    case = cases.get(house.desk, visitor.scope, case_id)
    if case is None:
        raise NotThere
    try:
        letter_id = drafting.draft(house, visitor, case, kind)
    except OperatorError as error:
        return case_page(request, visitor, case_id, error=error)
    return RedirectResponse(f"/letters/{letter_id}", status_code=303)


@router.get("/letters/{letter_id}/draft.pdf")
def preview(request: Request, letter_id: int, visitor: Reader) -> Response:
    """The draft as it would be printed."""
    house = house_of(request)
    found = _found(house, visitor, letter_id)
    if found.issued is not None:
        raise NotThere
    try:
        return _pdf(drafting.draft_pdf(house, visitor, found), f"draft-{letter_id}")
    except OperatorError as error:
        return _letter_page(request, visitor, letter_id, error)


@router.post("/letters/{letter_id}/check")
def check(request: Request, letter_id: int, visitor: Writer) -> Response:
    """Say that a draft is right."""
    desk = house_of(request).desk
    return _done(request, visitor, letter_id, lambda: letters.check(desk, visitor.scope, letter_id, by=visitor.user_id))


@router.post("/letters/{letter_id}/issue")
def issue(request: Request, letter_id: int, visitor: Issuer) -> Response:
    """Issue a checked letter: number, hash and verification code."""
    house, code = house_of(request), verification_code()

    def work() -> object:
        found = _found(house, visitor, letter_id)
        return letters.issue(
            house.desk,
            visitor.scope,
            letter_id,
            by=visitor.user_id,
            verification_code=code,
            printed=lambda number, day: drafting.issued_pdf(house, visitor, found, number=number, day=day, code=code),
        )

    return _done(request, visitor, letter_id, work)


@router.post("/letters/{letter_id}/print")
def print_again(request: Request, letter_id: int, visitor: Writer) -> Response:
    """The PDF of an issued letter, masked; every print is recorded."""
    house = house_of(request)
    found = _found(house, visitor, letter_id)
    try:
        made = drafting.printed_again(house, visitor, found)
        letters.reprint(house.desk, visitor.scope, letter_id, by=visitor.user_id)
    except OperatorError as error:
        return _letter_page(request, visitor, letter_id, error)
    return _pdf(made, f"letter-{letter_id}")


@router.post("/letters/{letter_id}/print-clear")
def print_clear(request: Request, letter_id: int, visitor: Issuer, reason: Note) -> Response:
    """The PDF with names and numbers in clear, for a reason that is recorded before it is made."""
    house = house_of(request)
    found = _found(house, visitor, letter_id)
    case = cases.get(house.desk, visitor.scope, found.case_id)
    if case is None:
        raise NotThere
    try:
        names = drafting.clear_names(house, case)
        made = drafting.printed_again(house, visitor, found, names)
        letters.print_clear(house.desk, visitor.scope, letter_id, by=visitor.user_id, reason=reason)
    except OperatorError as error:
        return _letter_page(request, visitor, letter_id, error)
    return _pdf(made, f"letter-{letter_id}-clear")


@router.post("/letters/{letter_id}/deliver")
def deliver(request: Request, letter_id: int, visitor: Writer, note: Note) -> Response:
    """Record that an issued letter was delivered."""
    desk = house_of(request).desk
    told = {"by": visitor.user_id, "note": note}
    return _done(request, visitor, letter_id, lambda: letters.deliver(desk, visitor.scope, letter_id, **told))


@router.post("/letters/{letter_id}/void")
def void(request: Request, letter_id: int, visitor: Issuer, note: Note) -> Response:
    """Make a letter void, with a reason; its number stays used."""
    desk = house_of(request).desk
    told = {"by": visitor.user_id, "note": note}
    return _done(request, visitor, letter_id, lambda: letters.void(desk, visitor.scope, letter_id, **told))


def _done(request: Request, visitor: Visitor, letter_id: int, work: Callable[[], object]) -> Response:
    _found(house_of(request), visitor, letter_id)
    try:
        work()
    except OperatorError as error:
        return _letter_page(request, visitor, letter_id, error)
    return RedirectResponse(f"/letters/{letter_id}", status_code=303)


def _found(house: House, visitor: Visitor, letter_id: int) -> Letter:
    found = letters.get(house.desk, visitor.scope, letter_id)
    if found is None:
        raise NotThere
    return found


def _letter_page(request: Request, visitor: Visitor, letter_id: int, error: OperatorError | None = None) -> Response:
    house = house_of(request)
    found = _found(house, visitor, letter_id)
    drafted_by_me = found.by_whom == visitor.user_id
    return page(
        request,
        "letters/one.html",
        visitor,
        status=200 if error is None else 409,
        notice=None if error is None else refused(request, error),
        letter=found,
        says=letters.contents(house.desk, visitor.scope, letter_id),
        names=_names(house),
        may_check=visitor.has(*CASEWORK, *ISSUERS) and found.state == "draft",
        may_issue=visitor.has(*ISSUERS) and found.state == "checked" and not drafted_by_me,
        may_print=visitor.has(*CASEWORK, *ISSUERS) and found.state in ("issued", "delivered"),
        may_print_clear=visitor.has(Role.ISSUER) and found.state in ("issued", "delivered"),
        may_void=visitor.has(*ISSUERS) and found.state != "voided",
        own=drafted_by_me and found.state == "checked",
    )


def _names(house: House) -> dict[str, str]:
    return {user.user_id: user.display_name for user in users.listed(house.desk.ledger)}


def _pdf(made: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)
