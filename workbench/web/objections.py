"""Objections: the list with its deadlines, the intake on a closed case, the answer by who had no part before."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Form as Field
from fastapi.responses import Response

from core.moment import today
from ledger import cases, objections, users
from ledger.desk import Desk
from workbench.house import house_of
from workbench.security.policy import Door, Form
from workbench.security.refusals import NotThere
from workbench.security.sections import CASE_READERS, CASEWORK
from workbench.security.visitor import Visitor
from workbench.web.done import done
from workbench.web.due import due_in_words
from workbench.web.page import page

router = APIRouter()
Reader = Annotated[Visitor, Depends(Door(CASE_READERS))]
Worker = Annotated[Visitor, Depends(Door(CASEWORK))]
Told = Annotated[str, Field(max_length=4000)]


@router.get("/objections")
def listed(request: Request, visitor: Reader, view: Annotated[str, Query(pattern="^(open|all)$")] = "open") -> Response:
    """Objections within the visitor's places, the one due first at the top; answered ones too where asked for."""
    house = house_of(request)
    found = objections.listed(house.desk, visitor.scope, open_only=view == "open")
    standing = {one.case_id: cases.get(house.desk, visitor.scope, one.case_id) for one in found}
    return page(
        request,
        "objections/list.html",
        visitor,
        view=view,
        objections=[
            (one, standing[one.case_id], due_in_words(one.answer_due_date, today(), visitor.language)) for one in found
        ],
        names={user.user_id: user.display_name for user in users.listed(house.desk.ledger)},
    )


@router.post("/cases/{case_id}/objection")
def take_in(
    request: Request,
    case_id: int,
    visitor: Worker,
    form: Form,
    objection_date: Annotated[date, Field()],
    channel: Annotated[Literal["visit", "telephone", "written", "online"], Field()],
    objected: Told,
) -> Response:
    """Take in an objection to a closed case; it reopens for people who had no part in it."""

    def act(desk: Desk) -> object:
        told = {"by": visitor.user_id, "channel": channel, "summary": objected}
        return objections.open_objection(desk, visitor.scope, case_id, received_date=objection_date, **told)

    return done(request, visitor, case_id, act, typed=form)


@router.post("/cases/{case_id}/objections/{objection_id}/answer")
def answer(
    request: Request,
    case_id: int,
    objection_id: int,
    visitor: Worker,
    form: Form,
    answered: Annotated[Literal["upheld", "partly", "rejected"], Field()],
    answer_note: Told,
) -> Response:
    """Answer an objection once the case was decided anew."""
    found = objections.listed(house_of(request).desk, visitor.scope, open_only=False, case_id=case_id)
    if objection_id not in {one.objection_id for one in found}:
        raise NotThere

    def act(desk: Desk) -> None:
        objections.answer(desk, visitor.scope, objection_id, by=visitor.user_id, outcome=answered, note=answer_note)

    return done(request, visitor, case_id, act, typed=form)
