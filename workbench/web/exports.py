"""Exports: ask for one, see how far it is, approve another person's, take the file while it lasts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Form as Field
from fastapi.responses import FileResponse, RedirectResponse, Response

from core.errors import OperatorError
from core.moment import now
from ledger import case_queue, exports, jobs, users
from ledger.case_words import Role
from ledger.exports import Export
from ledger.jobs import Job
from ledger.scope import Scope
from workbench.evidence.household import GRAVEST_FIRST
from workbench.exports.making import ask_for, file_of
from workbench.exports.rows import NARROWED, filters_of
from workbench.house import House, house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK
from workbench.security.visitor import Visitor, scope_for
from workbench.web.page import page, refused
from workbench.web.views import views_for

router = APIRouter()
Worker = Annotated[Visitor, Depends(Door(CASEWORK))]
Supervisor = Annotated[Visitor, Depends(Door({Role.SUPERVISOR}))]
MOST = 100_000
Code = Annotated[str, Query(max_length=64)]
Sent = Annotated[str, Field(max_length=64)]
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/exports")
def listed(
    request: Request, visitor: Worker, view: Code = "", severity: Code = "", rule: Code = "", town: Code = ""
) -> Response:
    """My exports and, for a supervisor, those that wait for approval; the form begins with the queue's filters."""
    chosen = {"view": view, "severity": severity, "rule": rule, "town": town}
    return _exports_page(request, visitor, chosen)


@router.post("/exports")
def ask(
    request: Request,
    visitor: Worker,
    view: Sent,
    reason: Annotated[str, Field(max_length=500)],
    severity: Sent = "",
    rule: Sent = "",
    town: Annotated[str, Field(pattern=r"^(\d{9})?$")] = "",
) -> Response:
    """Ask for the cases of one tab of the queue as a workbook, masked."""
    house = house_of(request)
    chosen = {"view": view, "severity": severity, "rule": rule, "town": town}
    tab = next((one for one in views_for(visitor) if one.name == view), None)
    if tab is None:
        raise NotThere
    scope = tab.scope(visitor)
    kept = {"view": view, **{name: chosen[name] for name in NARROWED if chosen[name]}}
    try:
        export_id = exports.ask(
            house.desk.ledger,
            by=visitor.user_id,
            filters=kept,
            prefixes=list(scope.prefixes),
            clear=False,
            rows=_rows(house, scope, kept, visitor),
            reason=reason,
        )
    except OperatorError as error:
        return _exports_page(request, visitor, {**chosen, "reason": reason}, error)
    _begin(request, house, export_id, visitor)
    return RedirectResponse("/exports", status_code=303)


@router.post("/exports/{export_id}/approve")
def approve(request: Request, export_id: int, visitor: Supervisor) -> Response:
    """Let another person's large export be made."""
    house = house_of(request)
    found = exports.get(house.desk.ledger, export_id)
    if found is None or not _covers(visitor.scope, found):
        raise NotThere
    try:
        exports.approve(house.desk.ledger, export_id, by=visitor.user_id)
    except OperatorError as error:
        return _exports_page(request, visitor, {}, error)
    _begin(request, house, export_id, visitor)
    return RedirectResponse("/exports", status_code=303)


@router.post("/exports/{export_id}/file")
def take(request: Request, export_id: int, visitor: Worker) -> Response:
    """The file, for who asked for it, while it lasts and while their places still cover it; counted and audited."""
    house = house_of(request)
    found = exports.get(house.desk.ledger, export_id)
    if found is None or found.by_whom != visitor.user_id or not _covers(visitor.scope, found):
        raise NotThere
    path = file_of(house.settings, export_id)
    try:
        exports.downloaded(house.desk.ledger, export_id, by=visitor.user_id)
        if not path.exists():
            raise OperatorError("export.expired", "the file is gone", where=f"export {export_id}", todo="ask again")
    except OperatorError as error:
        return _exports_page(request, visitor, {}, error)
    return FileResponse(path, media_type=MEDIA, filename=f"export-{export_id}.xlsx")


def _rows(house: House, scope: Scope, kept: dict[str, str], visitor: Visitor) -> int:
    wanted = filters_of(kept, visitor.user_id)
    return case_queue.count(house.desk, scope, wanted, limit=MOST)


def _begin(request: Request, house: House, export_id: int, visitor: Visitor) -> None:
    found = exports.get(house.desk.ledger, export_id)
    if found is not None:
        ask_for(house.desk.ledger, found, visitor.language, by=found.by_whom)
        request.app.state.worker.wake()


def _covers(scope: Scope, export: Export) -> bool:
    return bool(export.prefixes) and all(scope.covers(one) for one in export.prefixes)


def state_of(export: Export, job: Job | None) -> str:
    """`unapproved`, `queued`, `running`, `failed`, `ready` or `expired`."""
    if export.expires_at is not None:
        return "ready" if export.expires_at > now() else "expired"
    if not export.may_be_made:
        return "unapproved"
    return "queued" if job is None else job.state


def _exports_page(
    request: Request, visitor: Visitor, chosen: dict[str, str], error: OperatorError | None = None
) -> Response:
    house = house_of(request)
    ledger = house.desk.ledger
    mine = exports.listed(ledger, by=visitor.user_id)
    waiting: list[Export] = []
    if visitor.has(Role.SUPERVISOR):
        places = scope_for(visitor.grants, {Role.SUPERVISOR})
        others = [one for one in exports.listed(ledger) if one.by_whom != visitor.user_id]
        waiting = [one for one in others if not one.may_be_made and _covers(places, one)]
    work = {one.payload.get("export"): one for one in reversed(jobs.listed(ledger, by=visitor.user_id, size=200))}
    return page(
        request,
        "exports/list.html",
        visitor,
        status=200 if error is None else 409,
        notice=None if error is None else refused(request, error),
        mine=[(one, state_of(one, work.get(one.sequence)), work.get(one.sequence)) for one in mine],
        waiting=waiting,
        chosen=chosen,
        views=views_for(visitor),
        severities=GRAVEST_FIRST,
        rules={code: one.card.title for code, one in sorted(house.pages.items())},
        names={user.user_id: user.display_name for user in users.listed(ledger)},
        days=house.settings.export_days,
        many=exports.MANY,
    )
