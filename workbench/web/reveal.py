"""One clear value at a time: by a person with the case in hand, for a reason, recorded before it is shown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import JSONResponse, Response

from core.errors import OperatorError
from core.moment import now
from ledger import cases, reveals
from workbench.evidence.people import FIELDS, clear_value
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK
from workbench.security.visitor import Visitor
from workbench.web.page import refused
from workbench.words.catalogue import marked, translator
from workbench.words.codes import code_words

router = APIRouter()
SHOWN_SECONDS = 30
_COUNTED = marked("今日第 %(n)s 次")


@router.post("/cases/{case_id}/reveal/{person_key}/{field}")
def reveal(
    request: Request,
    case_id: int,
    person_key: str,
    field: str,
    visitor: Annotated[Visitor, Depends(Door(CASEWORK))],
    reason_code: Annotated[str, Field(max_length=64)],
    reason: Annotated[str, Field(max_length=500)],
) -> Response:
    """The value as JSON: `value`, `seconds` it may stay on screen, `words` about how often today."""
    house = house_of(request)
    case = cases.get(house.desk, visitor.scope, case_id)
    if case is None or field not in FIELDS or reason_code not in code_words()["reveal_reason"]:
        raise NotThere
    run = house.run()
    try:
        shown = reveals.reveal(
            house.desk,
            visitor.scope,
            case_id,
            by=visitor.user_id,
            person_key=person_key,
            field=field,
            reason_code=reason_code,
            reason=reason,
            address=visitor.address,
            open_value=lambda: clear_value(run, case.household_key, person_key, field, ledger=house.desk.ledger),
        )
    except OperatorError as error:
        return JSONResponse({"words": refused(request, error).words}, status_code=409)
    left = round((shown.until - now()).total_seconds())
    words = translator(visitor.language)(_COUNTED) % {"n": shown.count_today}
    return JSONResponse({"value": shown.value, "seconds": max(1, min(left, SHOWN_SECONDS)), "words": words})
