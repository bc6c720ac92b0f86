"""The page of exports as somebody sees it."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from core.errors import OperatorError
from core.moment import now
from ledger import exports, jobs, users
from ledger.case_words import Role
from ledger.exports import Export
from ledger.jobs import Job
from ledger.scope import Scope
from workbench.evidence.household import GRAVEST_FIRST
from workbench.house import house_of
from workbench.security.visitor import Visitor, scope_for
from workbench.web.page import page, refused
from workbench.web.proving import is_fresh
from workbench.web.proving_oidc import provider_for
from workbench.web.views import views_for


def covers(scope: Scope, export: Export) -> bool:
    """Whether a scope holds every place of an export."""
    return bool(export.prefixes) and all(scope.covers(one) for one in export.prefixes)


def state_of(export: Export, job: Job | None) -> str:
    """`refused`, `unapproved`, `queued`, `running`, `failed`, `ready` or `expired`."""
    if export.refused_by is not None:
        return "refused"
    if export.expires_at is not None:
        return "ready" if export.expires_at > now() else "expired"
    if not export.may_be_made:
        return "unapproved"
    return "queued" if job is None else job.state


def exports_page(
    request: Request, visitor: Visitor, chosen: dict[str, str], error: OperatorError | None = None
) -> Response:
    """My exports, what waits for my approval, and the form for another; after a refusal with the reason above."""
    house = house_of(request)
    ledger = house.desk.ledger
    mine = exports.listed(ledger, by=visitor.user_id)
    waiting: list[Export] = []
    if visitor.has(Role.SUPERVISOR):
        places = scope_for(visitor.grants, {Role.SUPERVISOR})
        others = [one for one in exports.listed(ledger) if one.by_whom != visitor.user_id]
        waiting = [one for one in others if one.waits and covers(places, one)]
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
        fresh=is_fresh(request, visitor),
        prover=provider_for(house, visitor),
        clear_rows=house.settings.clear_export_rows,
        clear_hours=house.settings.clear_export_hours,
    )
