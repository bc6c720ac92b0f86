"""Dealings with a household, recorded on its case: the notice, proof that it arrived, the reply, the visit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import Response

from ledger import field_checks, notices
from ledger.desk import Desk
from workbench.house import house_of
from workbench.security.policy import Door, Form
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK
from workbench.security.visitor import Visitor
from workbench.web.done import done

router = APIRouter(prefix="/cases/{case_id}")
Worker = Annotated[Visitor, Depends(Door(CASEWORK))]
Day = Annotated[date, Field()]
Told = Annotated[str, Field(max_length=4000)]
Name = Annotated[str, Field(max_length=64)]


@router.post("/notice")
def send_notice(
    request: Request,
    case_id: int,
    visitor: Worker,
    form: Form,
    version: Annotated[int, Field()],
    way: Annotated[Literal["hand", "post", "electronic"], Field()],
    sent_date: Day,
    letter_id: Annotated[str, Field(pattern=r"^\d{0,9}$")] = "",
) -> Response:
    """Tell the household what is asked; its days are the installation's `reply_days`, and count from the arrival."""

    def act(desk: Desk) -> object:
        return notices.send(
            desk,
            visitor.scope,
            case_id,
            by=visitor.user_id,
            version=version,
            way=way,
            sent_date=sent_date,
            reply_days=desk.settings.reply_days,
            letter_id=int(letter_id) if letter_id else None,
        )

    return done(request, visitor, case_id, act, typed=form)


@router.post("/notices/{notice_id}/proof")
def prove_notice(
    request: Request,
    case_id: int,
    notice_id: int,
    visitor: Worker,
    form: Form,
    delivered_date: Day,
    proof: Told,
) -> Response:
    """Record that a notice arrived, and by what that is known."""
    if notice_id not in {one.notice_id for one in notices.of_case(house_of(request).desk, visitor.scope, case_id)}:
        raise NotThere

    def act(desk: Desk) -> None:
        notices.prove(desk, visitor.scope, notice_id, by=visitor.user_id, delivered_date=delivered_date, proof=proof)

    return done(request, visitor, case_id, act, typed=form)


@router.post("/reply")
def record_reply(
    request: Request, case_id: int, visitor: Worker, form: Form, received_date: Day, summary: Told
) -> Response:
    """Record what the household replied; it answers the newest notice, if there is one."""

    def act(desk: Desk) -> object:
        sent = notices.of_case(desk, visitor.scope, case_id)
        return notices.reply(
            desk,
            visitor.scope,
            case_id,
            by=visitor.user_id,
            received_date=received_date,
            summary=summary,
            notice_id=sent[-1].notice_id if sent else None,
        )

    return done(request, visitor, case_id, act, typed=form)


@router.post("/visit")
def record_visit(
    request: Request,
    case_id: int,
    visitor: Worker,
    form: Form,
    visit_date: Day,
    first_investigator: Name,
    second_investigator: Name,
    found: Told,
) -> Response:
    """Record a visit by two investigators and what they found."""

    def act(desk: Desk) -> object:
        return field_checks.record(
            desk,
            visitor.scope,
            case_id,
            by=visitor.user_id,
            visit_date=visit_date,
            investigators=(first_investigator, second_investigator),
            found=found,
        )

    return done(request, visitor, case_id, act, typed=form)
