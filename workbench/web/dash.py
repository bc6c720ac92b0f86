"""The dashboards: findings, feeds, rules, work, fairness, and both errors; of the visitor's places, or one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from core.moment import now, today
from ledger import case_budget, decisions, figures, figures_of_errors, figures_of_fairness, figures_of_work, users
from ledger.case_words import Role
from publish.feed_history import feed_histories
from publish.payments_after import payments_after
from rules.card import Words
from workbench.dashboards import errors, fairness, feeds, findings, rules, workload
from workbench.dashboards.panel import Panel, Telling
from workbench.dashboards.places import Place, narrowed, ways_up
from workbench.evidence.measured import SINCE
from workbench.evidence.snapshot import Snapshot
from workbench.house import House, house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASE_READERS, DASHBOARD_READERS
from workbench.security.visitor import Visitor, scope_for
from workbench.web.page import current_run, page
from workbench.words.catalogue import marked

router = APIRouter()
Reader = Annotated[Visitor, Depends(Door(DASHBOARD_READERS))]
Where = Annotated[str, Query(max_length=12)]
NIGHTS = 35
TABS = (
    ("findings", "/dash", marked("核对疑问")),
    ("feeds", "/dash/feeds", marked("数据源")),
    ("rules", "/dash/rules", marked("规则效果")),
    ("workload", "/dash/workload", marked("工作量与时限")),
    ("fairness", "/dash/fairness", marked("公平性")),
    ("errors", "/dash/errors", marked("两类差错")),
)


@router.get("/dash")
def asked(request: Request, visitor: Reader, place: Where = "") -> Response:
    """What is asked: by rule, by night, by place."""

    def panels(house: House, run: Snapshot, at: Place, told: Telling) -> list[Panel]:
        known = [one for one in house.nights.published() if one.as_of <= date.fromisoformat(run.as_of)][-NIGHTS:]
        before = next((one.run_id for one in reversed(known) if one.as_of < date.fromisoformat(run.as_of)), None)
        return [
            findings.by_rule(house.nights, run.run_id, at, _titles(house), told),
            findings.by_night(house.nights, known, at, told),
            findings.by_place(house.nights, run.run_id, before, at, told),
        ]

    return _dashboard(request, visitor, "findings", place, panels)


@router.get("/dash/feeds")
def arrived(request: Request, visitor: Reader) -> Response:
    """Whether the feeds came, how late, and of how much use they were; of whole files, whatever the place."""

    def panels(house: House, run: Snapshot, _at: Place, told: Telling) -> list[Panel]:
        day = date.fromisoformat(run.as_of)
        stands_at = day if house.settings.environment == "demonstration" else None
        known = feed_histories(house.desk.ledger, house.cards, run.folder, stands_at=stands_at)
        return [feeds.calendar(known, day, told), feeds.lag(known, told), feeds.use(known, told)]

    return _dashboard(request, visitor, "feeds", "", panels)


@router.get("/dash/rules")
def right(request: Request, visitor: Reader, place: Where = "") -> Response:
    """How right each rule is, why questions are dismissed, where rules overlap, how far reviewers agree."""

    def panels(house: House, run: Snapshot, at: Place, told: Telling) -> list[Panel]:
        measured, titles = figures.precision(house.desk, at.scope, since=_since()), _titles(house)
        return [
            rules.precision(measured, titles, told),
            rules.verdicts(measured, titles, told),
            rules.unseen(measured, titles, told),
            rules.overlaps(house.nights, run.run_id, at, titles, told),
            rules.agreement(decisions.agreement(house.desk, at.scope, since=_since()), told),
            rules.answers(figures_of_work.answers(house.desk, at.scope, since=_since()), told),
        ]

    return _dashboard(request, visitor, "rules", place, panels)


@router.get("/dash/workload")
def work(request: Request, visitor: Reader, place: Where = "") -> Response:
    """What lies open and how old it is; who has it only for their supervisor."""

    def panels(house: House, _run: Snapshot, at: Place, told: Telling) -> list[Panel]:
        load = figures.workload(house.desk, at.scope, today=today())
        names = {user.user_id: user.display_name for user in users.listed(house.desk.ledger)}
        theirs = _scope_of(visitor, at, frozenset({Role.SUPERVISOR}))
        return [
            workload.by_status(load, case_budget.waiting(house.desk, at.scope), told),
            workload.by_week(figures_of_work.weeks(house.desk, at.scope, since=_since()), told),
            *([workload.by_person(load, names, told)] if theirs else []),
        ]

    return _dashboard(request, visitor, "workload", place, panels)


@router.get("/dash/fairness")
def fair(request: Request, visitor: Reader, place: Where = "") -> Response:
    """Whether some places, or households of some size, are asked more and with less reason."""

    def panels(house: House, run: Snapshot, at: Place, told: Telling) -> list[Panel]:
        judged = figures_of_fairness.judged_by_home(house.desk, at.scope, since=_since())
        return [
            fairness.by_place(house.nights, run.run_id, judged, at, told),
            fairness.by_size(house.nights, run.run_id, judged, at, told),
        ]

    return _dashboard(request, visitor, "fairness", place, panels)


@router.get("/dash/errors")
def both(request: Request, visitor: Reader, place: Where = "") -> Response:
    """Both errors: payments that changed after a review beside what was withheld from, or asked of, the innocent."""

    def panels(house: House, run: Snapshot, at: Place, told: Telling) -> list[Panel]:
        desk, since = house.desk, _since()
        closed = figures_of_errors.concluded(desk, at.scope, since=since)
        return [
            errors.payments(payments_after(house.nights, closed, run.run_id), told),
            errors.owed(figures_of_errors.months_owed(desk, at.scope, since=since), _titles(house), told),
            errors.asked_in_vain(figures_of_errors.innocent(desk, at.scope, since=since), closed, told),
            errors.objections(figures_of_errors.overturned(desk, at.scope, since=since), told),
            errors.sample(closed, told),
        ]

    return _dashboard(request, visitor, "errors", place, panels)


def _dashboard(
    request: Request,
    visitor: Visitor,
    tab: str,
    wanted: str,
    panels: Callable[[House, Snapshot, Place, Telling], list[Panel]],
) -> Response:
    """One tab, of the wanted place.

    Raises:
        NotThere: the place lies outside the visitor's scope, or is none.
    """
    at = narrowed(visitor.scope, wanted)
    if at is None:
        raise NotThere
    run = current_run(request)
    told = Telling(visitor.language, guard=not _scope_of(visitor, at, CASE_READERS))
    return page(
        request,
        "dash/dash.html",
        visitor,
        run=run,
        tab=tab,
        tabs=TABS,
        at=at,
        ways=ways_up(visitor.scope, at),
        guard=told.guard,
        panels=[] if run is None else panels(house_of(request), run, at, told),
    )


def _scope_of(visitor: Visitor, at: Place, roles: frozenset[Role]) -> bool:
    """Whether these roles of the visitor reach over the whole of the place."""
    reach = scope_for(visitor.grants, roles)
    return bool(reach.prefixes) and all(reach.covers(prefix) for prefix in at.scope.prefixes)


def _since() -> datetime:
    return now() - SINCE


def _titles(house: House) -> dict[str, Words]:
    return {code: one.card.title for code, one in house.pages.items()}
