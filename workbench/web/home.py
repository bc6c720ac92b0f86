"""The home page: my work, the night's run, how fresh each feed is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from workbench.evidence.feeds import freshness
from workbench.evidence.household import GRAVEST_FIRST
from workbench.evidence.snapshot import Snapshot
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.sections import CASEWORK, EVERYONE
from workbench.security.visitor import Visitor
from workbench.web.page import current_run, page
from workbench.web.views import View, views_for

router = APIRouter()


@dataclass(frozen=True)
class Figure:
    """One number of my work, and where its cases are."""

    title: str
    cases: int
    href: str
    bad: bool


@router.get("/")
def home(request: Request, visitor: Annotated[Visitor, Depends(Door(EVERYONE))]) -> Response:
    """What waits for this person, and what the night brought."""
    run = current_run(request)
    feeds = [] if run is None else freshness(run, house_of(request).cards)
    return page(
        request,
        "home/home.html",
        visitor,
        run=run,
        work=_work(request, visitor),
        may_claim=visitor.has(*CASEWORK),
        feeds=feeds,
        **({} if run is None else _night(run)),
    )


def _work(request: Request, visitor: Visitor) -> list[Figure] | None:
    shown: list[View] = [view for view in views_for(visitor) if view.on_home]
    desk = house_of(request).desk
    counted = [Figure(view.title, view.count(desk, visitor), view.href, view.bad) for view in shown]
    return counted or None


def _night(run: Snapshot) -> dict[str, Any]:
    figures = run.manifest["figures"]
    by_severity: dict[str, int] = figures["severities"]
    most = max(by_severity.values(), default=0) or 1
    cells = [counted for source in figures["coverage"].values() for counted in source.items()]
    unseen = sum(number for value, number in cells if value == "could_not_look")
    everything = sum(number for _, number in cells) or 1
    return {
        "questions": sum(by_severity.values()),
        "unseen_share": f"{unseen / everything:.1%}",
        "severities": [
            (code, by_severity.get(code, 0), round(200 * by_severity.get(code, 0) / most)) for code in GRAVEST_FIRST
        ],
    }
