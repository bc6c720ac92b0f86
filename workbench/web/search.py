"""Search: by case number, a full id through its keyed hash, or a masked id; never in the address, always audited."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import Response

from core.errors import OperatorError
from core.moment import today
from ledger import cases
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.sections import CASE_READERS
from workbench.security.visitor import Visitor
from workbench.web.due import case_due_in_words
from workbench.web.page import Notice, page, refused
from workbench.words.catalogue import marked, translator

router = APIRouter()
LIMIT = 20
_FULL = re.compile(r"\d{17}[\dX]|\d{15}")
_MASKED = re.compile(r"\d{6}\*{8}[\dX]{4}")
_NARROW = marked("超过 20 件，请缩小范围。")


@router.get("/search")
def ask(request: Request, visitor: Annotated[Visitor, Depends(Door(CASE_READERS))]) -> Response:
    """The search form."""
    return page(request, "search/search.html", visitor, cases=None)


@router.post("/search")
def find(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door(CASE_READERS))],
    wanted: Annotated[str, Field(max_length=64)],
    purpose: Annotated[str, Field(max_length=200)],
) -> Response:
    """The cases within the scope; what was searched for is in no address, title or log."""
    house = house_of(request)
    try:
        found = cases.search(
            house.desk, visitor.scope, **by_what(wanted), by=visitor.user_id, purpose=purpose, limit=LIMIT
        )
    except OperatorError as error:
        return page(request, "search/search.html", visitor, status=409, notice=refused(request, error), cases=None)
    many = Notice("", translator(visitor.language)(_NARROW)) if len(found) > LIMIT else None
    listed = [(case, case_due_in_words(case, today(), visitor.language)) for case in found[:LIMIT]]
    return page(request, "search/search.html", visitor, notice=many, cases=listed)


def by_what(wanted: str) -> dict[str, Any]:
    """Which way of searching a text means: a full id, a masked one, or a case number."""
    text = wanted.strip().upper()
    if _FULL.fullmatch(text):
        return {"id_number": text}
    return {"id_masked": text} if _MASKED.fullmatch(text) else {"case_no": wanted.strip()}
