"""The runs: which nights there were, what went into one, what came out, and taking one back by two people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import runs
from ledger.case_words import Role
from publish.recall import recall
from workbench.evidence.lineage import CLASSES, feeds_of, rules_of
from workbench.evidence.snapshot import Snapshot
from workbench.house import House, house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import RUN_READERS
from workbench.security.visitor import Visitor
from workbench.web.page import page, refused

router = APIRouter()
RECALLERS = frozenset({Role.STEWARD, Role.SUPERVISOR})
READABLE = ("published", "rejected", "recalled")


@router.get("/runs")
def listed(request: Request, visitor: Annotated[Visitor, Depends(Door(RUN_READERS))]) -> Response:
    """Every run, newest first, with the counts of those that were published."""
    house = house_of(request)
    known = sorted(runs.list_runs(house.desk.ledger), key=lambda run: (run.known_at, run.run_id), reverse=True)[:90]
    current = runs.current(house.desk.ledger)
    told = [(run, _published(house, run.run_id) if run.state in READABLE else None) for run in known]
    return page(request, "runs/list.html", visitor, runs=told, current=current)


@router.get("/runs/{run_id}")
def one(request: Request, run_id: str, visitor: Annotated[Visitor, Depends(Door(RUN_READERS))]) -> Response:
    """One run's lineage: deliveries, checks, rules, events, hashes."""
    return _run_page(request, visitor, run_id)


@router.post("/runs/{run_id}/recall")
def take_back(
    request: Request,
    run_id: str,
    reason: Annotated[str, Field(max_length=500)],
    visitor: Annotated[Visitor, Depends(Door(RECALLERS))],
) -> Response:
    """Ask for a recall, or confirm the one another person asked for."""
    house = house_of(request)
    try:
        recall(run_id, by=visitor.user_id, reason=reason, ledger=house.desk.ledger, settings=house.settings)
    except OperatorError as error:
        return _run_page(request, visitor, run_id, error)
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


def _run_page(request: Request, visitor: Visitor, run_id: str, error: OperatorError | None = None) -> Response:
    house = house_of(request)
    try:
        run = runs.get(house.desk.ledger, run_id)
    except OperatorError:
        raise NotThere from None
    shown = _published(house, run_id) if run.state in READABLE else None
    return page(
        request,
        "runs/one.html",
        visitor,
        status=200 if error is None else 409,
        notice=None if error is None else refused(request, error),
        told=run,
        shown=shown,
        is_current=runs.current(house.desk.ledger) == run_id,
        feeds=[] if shown is None else feeds_of(shown, house.cards),
        rules=[] if shown is None else rules_of(shown),
        titles={code: one.card.title for code, one in house.pages.items()},
        classes=CLASSES,
        events=runs.events(house.desk.ledger, run_id),
        may_recall=visitor.has(*RECALLERS) and run.state == "published",
    )


def _published(house: House, run_id: str) -> Snapshot | None:
    """The run's folder, or none where it was thinned out since."""
    try:
        return house.run(run_id)
    except OperatorError:
        return None
