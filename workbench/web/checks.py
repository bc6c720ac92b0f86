"""Commissioned checks: the list, the intake of a household that applies, and the result."""

from __future__ import annotations

from datetime import date
from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from core.errors import OperatorError
from ledger import commissions, users
from ledger.commission_schema import PURPOSES
from ledger.commissions import Check
from sources.request import Item, Scope
from workbench.commissioning import TAKERS, take_in, usual_day
from workbench.house import house_of
from workbench.security.policy import Door, Form
from workbench.security.refusals import NotThere
from workbench.security.sections import CASE_READERS
from workbench.security.visitor import Visitor
from workbench.web.check_form import PERSONS, application_in, places_in_words
from workbench.web.check_view import evidence_of_check, night_of_check
from workbench.web.page import page, refused
from workbench.words.catalogue import teller
from workbench.words.codes import code_words

router = APIRouter()
Reader = Annotated[Visitor, Depends(Door(CASE_READERS))]
Taker = Annotated[Visitor, Depends(Door(TAKERS))]
CLASSES = ("ordinary", "elder", "minor", "student", "severe_disability", "severe_illness")
RELATIONS = ("head", "spouse", "child", "parent", "grandchild", "other")


@router.get("/checks")
def listed(request: Request, visitor: Reader) -> Response:
    """The newest checks of the visitor's regions."""
    desk = house_of(request).desk
    found = commissions.listed(desk, visitor.scope)
    names = {user.user_id: user.display_name for user in users.listed(desk.ledger)}
    may_take = visitor.has(*TAKERS)
    return page(request, "checks/list.html", visitor, checks=found, names=names, may_take=may_take)


@router.get("/checks/new")
def form(request: Request, visitor: Taker) -> Response:
    """The form of intake."""
    return _form(request, visitor, {})


@router.post("/checks/new")
def take(request: Request, visitor: Taker, sent: Form) -> Response:
    """Take the household in; after a refusal everything that was typed stands in the form still."""
    given = sent or FormData()
    typed = {name: str(value) for name, value in given.multi_items() if name != "csrf"}
    try:
        check_id = take_in(
            house_of(request).desk,
            visitor.scope,
            application_in(typed),
            by=visitor.user_id,
            region_code=typed.get("region_code", "").strip(),
            purpose=typed.get("purpose", ""),
            document=typed.get("document", ""),
            as_of=_day(typed.get("as_of", "")),
        )
    except OperatorError as error:
        return _form(request, visitor, typed, error)
    return RedirectResponse(f"/checks/{check_id}", status_code=303)


@router.get("/checks/{check_id}")
def show(request: Request, check_id: int, visitor: Reader) -> Response:
    """One check: what was asked, how far it is, and what was found and not looked at.

    Raises:
        NotThere: no such check within the visitor's scope.
    """
    house = house_of(request)
    check = commissions.get(house.desk, visitor.scope, check_id)
    if check is None:
        raise NotThere
    asker = users.get(house.desk.ledger, check.asked_by)
    name = asker.display_name if asker else check.asked_by
    if check.run_id is None or check.state == "erased":
        return page(request, "checks/waiting.html", visitor, check=check, asker=name)
    return _result(request, visitor, check, name)


def _result(request: Request, visitor: Visitor, check: Check, asker: str) -> Response:
    house = house_of(request)
    run = house.run(check.run_id)
    view = evidence_of_check(house, visitor, check, run)
    night = night_of_check(house, visitor.scope, view)
    return page(
        request,
        "checks/one.html",
        visitor,
        run=run,
        check=check,
        asker=asker,
        view=view,
        night=night,
    )


def _form(request: Request, visitor: Visitor, typed: dict[str, str], error: OperatorError | None = None) -> Response:
    house = house_of(request)
    consent = {name: card.title for name, card in house.cards.items() if name in get_args(Scope)}
    return page(
        request,
        "checks/new.html",
        visitor,
        status=200 if error is None else 409,
        notice=refused(request, error) if error else None,
        wrong=places_in_words(error.where, typed, teller(visitor.language)) if error else [],
        typed=typed,
        usual_day=usual_day(house.settings),
        purposes=PURPOSES,
        relations=RELATIONS,
        classes=CLASSES,
        signers=tuple(code_words()["signer"]),
        consent=consent,
        items=get_args(Item),
        persons=range(1, PERSONS + 1),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorError("check.form", "no day", where="as_of", todo="give the day") from None
