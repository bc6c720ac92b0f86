"""Is this letter ours and unchanged? Its verification code, and the hash of the file where one is at hand, say so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import Response

from ledger import letters, users
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.sections import CASE_READERS
from workbench.security.visitor import Visitor
from workbench.web.page import page

router = APIRouter()
Reader = Annotated[Visitor, Depends(Door(CASE_READERS))]


@router.get("/verify")
def ask(request: Request, visitor: Reader) -> Response:
    """The form."""
    return page(request, "letters/verify.html", visitor, asked=False, letter=None, same_file=None, names={})


@router.post("/verify")
def verify(
    request: Request,
    visitor: Reader,
    code: Annotated[str, Field(max_length=20)],
    sha256: Annotated[str, Field(max_length=64)] = "",
) -> Response:
    """What the ledger knows of this code, and whether the file's hash is the one that was issued."""
    house = house_of(request)
    found = letters.by_code(house.desk, visitor.scope, code.strip().upper())
    issued = None if found is None else found.issued
    given = sha256.strip().lower()
    return page(
        request,
        "letters/verify.html",
        visitor,
        asked=True,
        letter=found,
        same_file=None if issued is None or not given else given == issued.sha256,
        names={user.user_id: user.display_name for user in users.listed(house.desk.ledger)},
    )
