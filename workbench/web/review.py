"""The second reviewer's desk: what waits for another person, without one's own first decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from core.errors import OperatorError
from core.moment import today
from ledger import decisions, users
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import SECOND
from workbench.security.visitor import Visitor
from workbench.web.due import case_due_in_words
from workbench.web.page import page

router = APIRouter()


@router.get("/review")
def desk(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door(SECOND))],
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Cases that await the visitor's second review, gravest first."""
    house = house_of(request)
    try:
        found = decisions.awaiting_second(house.desk, visitor.scope, by=visitor.user_id, after=after or None)
    except OperatorError:
        raise NotThere from None
    return page(
        request,
        "review/list.html",
        visitor,
        cases=[(case, case_due_in_words(case, today(), visitor.language)) for case in found.cases],
        more=found.after,
        titles={code: one.card.title for code, one in house.pages.items()},
        names={user.user_id: user.display_name for user in users.listed(house.desk.ledger)},
    )
