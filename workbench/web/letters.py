"""Letters: the list, a draft from a case, its preview, and one letter with its steps."""

from __future__ import annotations

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
    return letter_page(request, visitor, letter_id)


@router.post("/cases/{case_id}/letters")
def draft(request: Request, case_id: int, visitor: Worker, kind: Annotated[str, Field(max_length=128)]) -> Response:
    """Draft a letter of a case; `kind` is `correction/` and the provider's name where a provider is asked."""
    house = house_of(request)
    case = cases.get(house.desk, visitor.scope, case_id)
    if case is None:
        raise NotThere
    named, _, provider = kind.partition("/")
    try:
        letter_id = drafting.draft(house, visitor, case, named, provider)
    except OperatorError as error:
        return case_page(request, visitor, case_id, error=error)
    return RedirectResponse(f"/letters/{letter_id}", status_code=303)


@router.get("/letters/{letter_id}/draft.pdf")
def preview(request: Request, letter_id: int, visitor: Reader) -> Response:
    """The draft as it would be printed."""
    house = house_of(request)
    found = found_letter(house, visitor, letter_id)
    if found.issued is not None:
        raise NotThere
    try:
        return as_pdf(drafting.draft_pdf(house, visitor, found), f"draft-{letter_id}")
    except OperatorError as error:
        return letter_page(request, visitor, letter_id, error)


def found_letter(house: House, visitor: Visitor, letter_id: int) -> Letter:
    """The letter.

    Raises:
        NotThere: there is none within the visitor's places.
    """
    found = letters.get(house.desk, visitor.scope, letter_id)
    if found is None:
        raise NotThere
    return found


def letter_page(request: Request, visitor: Visitor, letter_id: int, error: OperatorError | None = None) -> Response:
    """The page of a letter; after a refusal with the reason above."""
    house = house_of(request)
    found = found_letter(house, visitor, letter_id)
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


def as_pdf(made: bytes, name: str) -> Response:
    """A PDF to be kept as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)
