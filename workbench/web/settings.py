"""Settings of oneself, and the case budget: language, keys, password, one's sessions; what a supervisor releases.

Administrators see beside them what browsers blocked by the content security policy.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from core.moment import today
from ledger import case_budget, policy_reports, sessions, users
from ledger.case_words import Role
from workbench.house import house_of
from workbench.security.cookies import LANGUAGE, SESSION, YEAR_SECONDS, forget, keep
from workbench.security.passwords import MINIMUM_LENGTH, hashed, is_right
from workbench.security.policy import Door
from workbench.security.sections import ADMINISTRATORS, EVERYONE
from workbench.security.visitor import Visitor, scope_for
from workbench.web.page import Notice, page, refused
from workbench.words.catalogue import marked, teller, translator

router = APIRouter(prefix="/settings")
Anybody = Annotated[Visitor, Depends(Door(EVERYONE))]
Supervisor = Annotated[Visitor, Depends(Door({Role.SUPERVISOR}))]
Password = Annotated[str, Field(max_length=256)]
_WRONG = marked("当前密码不对。")
_SHORT = marked("新密码至少 12 个字符。")
BLOCKED_DAYS = 14
_RELEASED = marked("已保存，放行 %(n)s 件。")


@router.get("")
def show(request: Request, visitor: Anybody) -> Response:
    """One's own settings; a supervisor's budget beside."""
    return _settings(request, visitor)


@router.post("/preferences")
def prefer(
    request: Request,
    visitor: Anybody,
    language: Annotated[str, Field(pattern="^(zh|en)$")],
    shortcuts: Annotated[bool, Field()] = False,
) -> Response:
    """Keep the language of the pages and whether single keys act."""
    users.prefer(house_of(request).desk.ledger, visitor.user_id, language=language, shortcuts=shortcuts)
    answer = RedirectResponse("/settings", status_code=303)
    keep(answer, LANGUAGE, language, seconds=YEAR_SECONDS)
    return answer


@router.post("/password")
def change_password(request: Request, visitor: Anybody, password: Password, new_password: Password) -> Response:
    """Another password for oneself; every session ends, and a new one begins here."""
    ledger = house_of(request).desk.ledger
    if not is_right(password, visitor.user.password_hash):
        users.failed(ledger, visitor.user_id)
        return _settings(request, visitor, Notice("bad", translator(visitor.language)(_WRONG)), 409)
    if len(new_password) < MINIMUM_LENGTH:
        return _settings(request, visitor, Notice("bad", translator(visitor.language)(_SHORT)), 409)
    users.set_password(ledger, visitor.user_id, hashed(new_password), by=visitor.user_id)
    sessions.end_all(ledger, visitor.user_id, by=visitor.user_id)
    begun = sessions.start(ledger, visitor.user_id, address=visitor.address)
    answer = RedirectResponse("/settings", status_code=303)
    keep(answer, SESSION, begun.token)
    return answer


@router.post("/sessions/end")
def end_sessions(request: Request, visitor: Anybody) -> Response:
    """Sign out everywhere."""
    sessions.end_all(house_of(request).desk.ledger, visitor.user_id, by=visitor.user_id)
    answer = RedirectResponse("/login", status_code=303)
    forget(answer, SESSION)
    return answer


@router.post("/budget")
def set_budget(
    request: Request,
    visitor: Supervisor,
    prefix: Annotated[str, Field(pattern="^([0-9]{4}|[0-9]{6}|[0-9]{9})$")],
    cases: Annotated[int, Field(ge=0, le=100_000)],
    reason: Annotated[str, Field(max_length=500)],
) -> Response:
    """Say how many cases a night may release in a region; what fits now is released at once."""
    try:
        released = case_budget.set_budget(
            house_of(request).desk, visitor.scope, prefix, cases, by=visitor.user_id, reason=reason
        )
    except OperatorError as error:
        return _settings(request, visitor, refused(request, error), 409)
    words = teller(visitor.language)(_RELEASED, n=released)
    return _settings(request, visitor, Notice("good", words))


def _settings(request: Request, visitor: Visitor, notice: Notice | None = None, status: int = 200) -> Response:
    house = house_of(request)
    desk, theirs = house.desk, scope_for(visitor.grants, {Role.SUPERVISOR})
    may_budget = visitor.has(Role.SUPERVISOR)
    budgets = [one for one in case_budget.in_force(desk.ledger) if theirs.covers(one.region_prefix)]
    return page(
        request,
        "settings/own.html",
        visitor,
        status=status,
        notice=notice,
        user=users.get(desk.ledger, visitor.user_id),
        sessions=sessions.listed(desk.ledger, visitor.user_id),
        may_budget=may_budget,
        budgets=budgets if may_budget else [],
        waiting=case_budget.waiting(desk, theirs) if may_budget else 0,
        names={user.user_id: user.display_name for user in users.listed(desk.ledger)},
        may_accounts=visitor.has(*ADMINISTRATORS),
        blocked=policy_reports.since(desk.ledger, today() - timedelta(days=BLOCKED_DAYS - 1))
        if visitor.has(*ADMINISTRATORS)
        else [],
        blocked_days=BLOCKED_DAYS,
        blocked_most=policy_reports.MOST_OF_ONE,
    )
