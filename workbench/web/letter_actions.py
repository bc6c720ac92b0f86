"""What is done with a letter: check, issue, print, print in clear, deliver, void. Each is a step of its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import cases, letters
from workbench.house import house_of
from workbench.letters import drafting
from workbench.letters.printing import verification_code
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK, ISSUERS
from workbench.security.visitor import Visitor
from workbench.web.letters import as_pdf, found_letter, letter_page

router = APIRouter()
Writer = Annotated[Visitor, Depends(Door(CASEWORK | ISSUERS))]
Issuer = Annotated[Visitor, Depends(Door(ISSUERS))]
Note = Annotated[str, Field(max_length=500)]


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
        found = found_letter(house, visitor, letter_id)
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
    found = found_letter(house, visitor, letter_id)
    try:
        made = drafting.printed_again(house, visitor, found)
        letters.reprint(house.desk, visitor.scope, letter_id, by=visitor.user_id)
    except OperatorError as error:
        return letter_page(request, visitor, letter_id, error)
    return as_pdf(made, f"letter-{letter_id}")


@router.post("/letters/{letter_id}/print-clear")
def print_clear(request: Request, letter_id: int, visitor: Issuer, reason: Note) -> Response:
    """The PDF with names and numbers in clear, for a reason that is recorded before it is made."""
    house = house_of(request)
    found = found_letter(house, visitor, letter_id)
    case = cases.get(house.desk, visitor.scope, found.case_id)
    if case is None:
        raise NotThere
    try:
        names = drafting.clear_names(house, case)
        made = drafting.printed_again(house, visitor, found, names)
        letters.print_clear(house.desk, visitor.scope, letter_id, by=visitor.user_id, reason=reason)
    except OperatorError as error:
        return letter_page(request, visitor, letter_id, error)
    return as_pdf(made, f"letter-{letter_id}-clear")


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
    found_letter(house_of(request), visitor, letter_id)
    try:
        work()
    except OperatorError as error:
        return letter_page(request, visitor, letter_id, error)
    return RedirectResponse(f"/letters/{letter_id}", status_code=303)
