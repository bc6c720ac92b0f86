"""The identity queue: the same person, not the same person, or unsure; remembered until either side changes."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from core.moment import now
from ledger import verdicts
from workbench.evidence.matches import Match, waiting_matches
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK
from workbench.security.visitor import Visitor
from workbench.web.page import current_run, page, refused

router = APIRouter()


@router.get("/identity")
def queue(request: Request, visitor: Annotated[Visitor, Depends(Door(CASEWORK))]) -> Response:
    """The pairs that wait within the visitor's scope, with what was said of them since."""
    return _queue_page(request, visitor, None)


@router.post("/identity")
def judge(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door(CASEWORK))],
    pair: Annotated[str, Field(max_length=200)],
    verdict: Annotated[str, Field(pattern="^(same|not_same|unsure)$")],
    reason: Annotated[str, Field(max_length=500)] = "",
) -> Response:
    """Remember what the visitor says of one pair. The next night acts on it."""
    match = next((one for one in _matches(request, visitor) if one.row_key == pair), None)
    if match is None:
        raise NotThere
    try:
        verdicts.give(
            house_of(request).desk.ledger,
            match.marks["person_key"],
            match.marks["source"],
            match.marks["provider_identity_token"],
            verdict,
            by=visitor.user_id,
            reason=reason,
            subject_fingerprint=match.marks["subject_fingerprint"],
            provider_fingerprint=match.marks["provider_fingerprint"],
        )
    except OperatorError as error:
        return _queue_page(request, visitor, error)
    return RedirectResponse("/identity", status_code=303)


def _matches(request: Request, visitor: Visitor) -> list[Match]:
    house, run = house_of(request), current_run(request)
    if run is None:
        return []
    return waiting_matches(run, visitor.scope, ledger=house.desk.ledger, settings=house.settings)


def _queue_page(request: Request, visitor: Visitor, error: OperatorError | None) -> Response:
    house = house_of(request)
    said = verdicts.verdicts_at(house.desk.ledger, now())
    matches = _matches(request, visitor)
    return page(
        request,
        "identity/queue.html",
        visitor,
        status=200 if error is None else 409,
        notice=None if error is None else refused(request, error),
        matches=[(match, _said_of(said, match)) for match in matches],
        cards=house.cards,
    )


def _said_of(said: pl.DataFrame, match: Match) -> list[dict[str, str]]:
    marks = ("person_key", "source", "provider_identity_token")
    found = said.filter([pl.col(name) == match.marks[name] for name in marks])
    return found.sort("at").select("verdict", "by_whom", "reason", "at").to_dicts()
