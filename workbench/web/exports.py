"""Exports: ask for one, see how far it is, approve or refuse another person's, take the file while it lasts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Form as Field
from fastapi.responses import FileResponse, RedirectResponse, Response

from core.errors import OperatorError
from ledger import case_queue, exports
from ledger.case_words import Role
from ledger.scope import Scope
from workbench.exports.files import content_of, file_of
from workbench.exports.making import ask_for
from workbench.exports.rows import NARROWED, filters_of
from workbench.house import House, house_of
from workbench.security.cookies import TYPED, forget
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK
from workbench.security.visitor import Visitor
from workbench.web.exports_page import covers, exports_page
from workbench.web.proving import is_fresh, keep_typed, typed_before, unproved
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
    answer = exports_page(request, visitor, chosen | typed_before(request, visitor, "/exports"))
    forget(answer, TYPED)
    return answer


@router.post("/exports")
def ask(
    request: Request,
    visitor: Worker,
    view: Sent,
    reason: Annotated[str, Field(max_length=500)],
    severity: Sent = "",
    rule: Sent = "",
    town: Annotated[str, Field(pattern=r"^(\d{9})?$")] = "",
    clear: Annotated[bool, Field()] = False,
    recipient: Annotated[str, Field(max_length=120)] = "",
) -> Response:
    """Ask for the cases of one tab of the queue as a workbook: masked, or clear for a named recipient."""
    house = house_of(request)
    chosen = {"view": view, "severity": severity, "rule": rule, "town": town}
    tab = next((one for one in views_for(visitor) if one.name == view), None)
    if tab is None:
        raise NotThere
    scope = tab.scope(visitor)
    kept = {"view": view, **{name: chosen[name] for name in NARROWED if chosen[name]}}
    typed = {**chosen, "reason": reason, "recipient": recipient, "clear": "true" if clear else ""}
    if clear and not is_fresh(request, visitor):
        answer = exports_page(request, visitor, typed, unproved("export.prove"))
        keep_typed(answer, request, visitor, "/exports", typed)
        return answer
    if not reason.strip():
        error = OperatorError("export.reason", "an export has a purpose", where="/exports", todo="give it")
        return exports_page(request, visitor, typed, error)
    try:
        export_id = exports.ask(
            house.desk.ledger,
            by=visitor.user_id,
            filters=kept,
            prefixes=list(scope.prefixes),
            clear=clear,
            rows=_rows(house, scope, kept, visitor),
            reason=reason,
            recipient=recipient.strip() or None,
        )
    except OperatorError as error:
        return exports_page(request, visitor, typed, error)
    _begin(request, house, export_id, visitor)
    return RedirectResponse("/exports", status_code=303)


@router.post("/exports/{export_id}/approve")
def approve(request: Request, export_id: int, visitor: Supervisor) -> Response:
    """Let another person's large or clear export be made."""
    house = house_of(request)
    found = exports.get(house.desk.ledger, export_id)
    if found is None or not covers(visitor.scope, found):
        raise NotThere
    try:
        if found.clear and not is_fresh(request, visitor):
            raise unproved("export.prove")
        exports.approve(house.desk.ledger, export_id, by=visitor.user_id)
    except OperatorError as error:
        return exports_page(request, visitor, {}, error)
    _begin(request, house, export_id, visitor)
    return RedirectResponse("/exports", status_code=303)


@router.post("/exports/{export_id}/refuse")
def refuse(
    request: Request, export_id: int, visitor: Supervisor, reason: Annotated[str, Field(max_length=500)] = ""
) -> Response:
    """Refuse another person's large or clear export; they read why."""
    house = house_of(request)
    found = exports.get(house.desk.ledger, export_id)
    if found is None or not covers(visitor.scope, found):
        raise NotThere
    try:
        exports.refuse(house.desk.ledger, export_id, by=visitor.user_id, why=reason)
    except OperatorError as error:
        return exports_page(request, visitor, {}, error)
    return RedirectResponse("/exports", status_code=303)


@router.post("/exports/{export_id}/file")
def take(request: Request, export_id: int, visitor: Worker) -> Response:
    """The file, for who asked for it, while it lasts and while their places still cover it; counted and audited."""
    house = house_of(request)
    found = exports.get(house.desk.ledger, export_id)
    if found is None or found.by_whom != visitor.user_id or not covers(visitor.scope, found):
        raise NotThere
    path = file_of(house.settings, found)
    try:
        if not path.exists():
            raise OperatorError("export.expired", "the file is gone", where=f"export {export_id}", todo="ask again")
        exports.downloaded(house.desk.ledger, export_id, by=visitor.user_id)
    except OperatorError as error:
        return exports_page(request, visitor, {}, error)
    name = f"export-{export_id}.xlsx"
    if not found.clear:
        return FileResponse(path, media_type=MEDIA, filename=name)
    whole = content_of(path, house.desk.ledger, found)
    return Response(whole, media_type=MEDIA, headers={"content-disposition": f'attachment; filename="{name}"'})


def _rows(house: House, scope: Scope, kept: dict[str, str], visitor: Visitor) -> int:
    wanted = filters_of(kept, visitor.user_id)
    return case_queue.count(house.desk, scope, wanted, limit=MOST)


def _begin(request: Request, house: House, export_id: int, visitor: Visitor) -> None:
    found = exports.get(house.desk.ledger, export_id)
    if found is not None:
        ask_for(house.desk.ledger, found, visitor.language, by=found.by_whom)
        if request.app.state.worker is not None:
            request.app.state.worker.wake()
