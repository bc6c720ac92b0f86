"""The queue: tabs, filters that stand in the address, pages by key, claiming, and the next household."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from core.moment import today
from ledger import case_queue, cases, users
from ledger.case_queue import Filters
from ledger.case_words import Role, Status
from ledger.scope import Scope
from workbench.evidence.household import GRAVEST_FIRST, findings, overview
from workbench.evidence.snapshot import Snapshot
from workbench.house import House, house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASE_READERS, CASEWORK
from workbench.security.visitor import Visitor
from workbench.web import queue_tools
from workbench.web.due import case_due_in_words
from workbench.web.page import Notice, current_run, page
from workbench.web.views import MANY, View, views_for
from workbench.words.catalogue import marked, translator

router = APIRouter()
_Chosen = Annotated[str, Query(max_length=64)]
PREVIEWED = 3
NONE_LEFT = marked("这里没有可领取的案件了。")


@router.get("/queue")
def queue(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door(CASE_READERS))],
    view: _Chosen = "",
    severity: _Chosen = "",
    rule: _Chosen = "",
    town: _Chosen = "",
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One tab's cases, gravest first, fifty at a time."""
    return _queue_page(request, visitor, view, {"severity": severity, "rule": rule, "town": town}, after)


@router.post("/queue/next")
def next_household(request: Request, visitor: Annotated[Visitor, Depends(Door(CASEWORK))]) -> Response:
    """Hand out the gravest case in the visitor's scope that nobody has, and open it."""
    case = case_queue.next_case(house_of(request).desk, visitor.scope, Filters(), by=visitor.user_id)
    if case is None:
        words = translator(visitor.language)(NONE_LEFT)
        return _queue_page(request, visitor, "", {}, "", notice=Notice("", words))
    return RedirectResponse(f"/cases/{case.case_id}", status_code=303)


@router.post("/queue/assign")
def assign_many(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door({Role.SUPERVISOR}))],
    to: Annotated[str, Field(max_length=64)],
    case: Annotated[list[str], Field(max_length=200)],
    view: Annotated[str, Field(max_length=64)] = "",
) -> Response:
    """Give the chosen cases to one person, and say what could not be given."""
    notice = queue_tools.assign(request, visitor, to, case)
    return _queue_page(request, visitor, view, {}, "", notice=notice)


@router.get("/queue/preview/{case_id}")
def preview(request: Request, case_id: int, visitor: Annotated[Visitor, Depends(Door(CASE_READERS))]) -> Response:
    """The three gravest questions of a case, as a part of the queue's page."""
    house = house_of(request)
    case = cases.get(house.desk, visitor.scope, case_id)
    if case is None:
        raise NotThere
    run = house.run()
    found = findings(run, case.household_key)
    told = overview(run, case.household_key) or {"sources_not_looked_at": 0}
    return page(
        request,
        "queue/preview.html",
        visitor,
        run=run,
        case=case,
        findings=found[:PREVIEWED],
        more=max(0, len(found) - PREVIEWED),
        unseen=told["sources_not_looked_at"],
    )


def _queue_page(
    request: Request, visitor: Visitor, name: str, chosen: dict[str, str], after: str, notice: Notice | None = None
) -> Response:
    house = house_of(request)
    chosen = dict.fromkeys(("severity", "rule", "town"), "") | chosen
    views = views_for(visitor)
    view = _view(views, name)
    filters = _narrowed(view.filters(visitor.user_id), chosen)
    try:
        found = case_queue.page(house.desk, view.scope(visitor), filters, after=after or None)
    except OperatorError:
        raise NotThere from None
    run = current_run(request)
    names = {user.user_id: user.display_name for user in users.listed(house.desk.ledger)}
    return page(
        request,
        "queue/list.html",
        visitor,
        run=run,
        notice=notice,
        views=[(one, one.count(house.desk, visitor)) for one in views],
        view=view,
        chosen=chosen,
        cases=[(case, case_due_in_words(case, today(), visitor.language)) for case in found.cases],
        total=case_queue.count(house.desk, view.scope(visitor), filters, limit=MANY),
        many=MANY,
        assignable=any(case.status in (Status.NEW, Status.REVIEW) for case in found.cases),
        more=_address(view, chosen, found.after) if found.after else "",
        is_first=not after,
        severities=GRAVEST_FIRST,
        rules=_rules(house, view.scope(visitor), run),
        titles={code: one.card.title for code, one in house.pages.items()},
        names=names,
        may_claim=visitor.has(*CASEWORK),
        kept=queue_tools.kept_filters(house.desk.ledger, visitor.user_id),
        people=queue_tools.assignable(house.desk.ledger, visitor) if visitor.has(Role.SUPERVISOR) else [],
    )


def _view(views: list[View], name: str) -> View:
    found = [view for view in views if view.name == name] or views[:1]
    if not found or (name and found[0].name != name):
        raise NotThere
    if not name:
        return next((view for view in views if view.name in ("unassigned", "issue", "all")), found[0])
    return found[0]


def _rules(house: House, scope: Scope, run: Snapshot | None) -> list[str]:
    """The rules to choose from: those that ask in an open case within the scope. A night brings others."""
    key = (scope.prefixes, None if run is None else run.run_id)
    return house.asking_rules.of(key, lambda: case_queue.asking_rules(house.desk, scope))


def _narrowed(filters: Filters, chosen: dict[str, str]) -> Filters:
    wanted = {name: value for name, value in chosen.items() if value}
    return replace(filters, **wanted)  # type: ignore[arg-type]


def _address(view: View, chosen: dict[str, str], after: str) -> str:
    wanted = {"view": view.name, **{name: value for name, value in chosen.items() if value}, "after": after}
    return f"/queue?{urlencode(wanted)}"
