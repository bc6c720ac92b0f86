"""Accounts and grants: a system administrator makes and asks, a security administrator confirms. Nobody alone.

Whoever changes anything here has proved within the last minutes who they are (`sessions.step_up`). What was typed
stands in its form again after a refusal, and after the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from core.moment import today
from ledger import account_links, grants, sessions, users
from ledger.case_words import Role
from ledger.run import Ledger
from workbench.house import house_of
from workbench.security.cookies import TYPED, forget
from workbench.security.passwords import MINIMUM_LENGTH, hashed
from workbench.security.policy import Door
from workbench.security.sections import ADMINISTRATORS
from workbench.security.visitor import Visitor
from workbench.web.page import page, refused
from workbench.web.proving import FIELDS, is_fresh, keep_typed, typed_before, unproved
from workbench.web.proving_oidc import provider_for

router = APIRouter(prefix="/accounts")
Administrator = Annotated[Visitor, Depends(Door(ADMINISTRATORS))]
System = Annotated[Visitor, Depends(Door({Role.SYSTEM_ADMIN}))]
Security = Annotated[Visitor, Depends(Door({Role.SECURITY_ADMIN}))]
Word = Annotated[str, Field(max_length=64, pattern=r"^\S(.*\S)?$")]
Reason = Annotated[str, Field(max_length=500, pattern=r"\S")]
Password = Annotated[str, Field(max_length=256)]


@router.get("")
def listed(request: Request, visitor: Administrator) -> Response:
    """Every account with its grants, and grants that wait for confirmation."""
    typed = typed_before(request, visitor, "/accounts")
    answer = _accounts(request, visitor, typed)
    if typed and is_fresh(request, visitor):
        forget(answer, TYPED)
    return answer


@router.post("/new")
def create(
    request: Request,
    visitor: System,
    user_id: Word,
    staff_number: Word,
    display_name: Word,
    password: Password,
) -> Response:
    """Make an account with its first password."""

    def act(ledger: Ledger) -> None:
        users.create(
            ledger,
            user_id,
            staff_number=staff_number,
            display_name=display_name,
            password_hash=_hashed(password),
            by=visitor.user_id,
        )

    return _done(request, visitor, act)


@router.post("/{user_id}/password")
def reset_password(request: Request, user_id: str, visitor: System, password: Password) -> Response:
    """Give an account another password; its sessions end."""

    def act(ledger: Ledger) -> None:
        users.set_password(ledger, user_id, _hashed(password), by=visitor.user_id)
        sessions.end_all(ledger, user_id, by=visitor.user_id)

    return _done(request, visitor, act)


@router.post("/{user_id}/disable")
def disable(request: Request, user_id: str, visitor: Administrator, reason: Reason) -> Response:
    """Shut an account; its sessions end. Either administrator may."""

    def act(ledger: Ledger) -> None:
        if user_id == visitor.user_id:
            raise OperatorError("user.self", "nobody shuts their own account", where=user_id, todo="ask the other one")
        users.disable(ledger, user_id, by=visitor.user_id, reason=reason)
        sessions.end_all(ledger, user_id, by=visitor.user_id)

    return _done(request, visitor, act)


@router.post("/{user_id}/enable")
def enable(request: Request, user_id: str, visitor: System, reason: Reason) -> Response:
    """Open a shut account again."""
    return _done(request, visitor, lambda ledger: users.enable(ledger, user_id, by=visitor.user_id, reason=reason))


@router.post("/{user_id}/grants")
def ask(
    request: Request,
    user_id: str,
    visitor: System,
    role: Annotated[Role, Field()],
    valid_from: Annotated[date, Field()],
    prefix: Annotated[str, Field(pattern="^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$")] = "",
    valid_to: Annotated[str, Field(max_length=10)] = "",
) -> Response:
    """Ask for a role in a region; it counts once a security administrator has confirmed it."""

    def act(ledger: Ledger) -> None:
        until = date.fromisoformat(valid_to) if valid_to else None
        grants.ask(ledger, user_id, role, prefix, valid_from=valid_from, valid_to=until, by=visitor.user_id)

    return _done(request, visitor, act)


@router.post("/grants/{grant_id}/confirm")
def confirm(request: Request, grant_id: int, visitor: Security) -> Response:
    """Confirm what a system administrator asked for."""
    return _done(request, visitor, lambda ledger: grants.confirm(ledger, grant_id, by=visitor.user_id))


@router.post("/grants/{grant_id}/end")
def end(request: Request, grant_id: int, visitor: Administrator, reason: Reason) -> Response:
    """End a grant at once: taking power away needs one person."""
    return _done(request, visitor, lambda ledger: grants.end(ledger, grant_id, by=visitor.user_id, reason=reason))


@router.post("/{user_id}/link")
def ask_link(
    request: Request, user_id: str, visitor: System, subject: Annotated[str, Field(max_length=255, pattern=r"^\S+$")]
) -> Response:
    """Ask that a person of the sign-in provider may enter an account; nobody can where no provider is set."""

    def act(ledger: Ledger) -> None:
        provider = house_of(request).provider
        if provider is None:
            raise OperatorError("oidc.off", "no sign-in provider is set", where="HEDUI_OIDC_ISSUER", todo="set it")
        account_links.ask(ledger, user_id, provider.client.issuer, subject, by=visitor.user_id)

    return _done(request, visitor, act)


@router.post("/links/{link_id}/confirm")
def confirm_link(request: Request, link_id: int, visitor: Security) -> Response:
    """Confirm a link that a system administrator asked for."""
    return _done(request, visitor, lambda ledger: account_links.confirm(ledger, link_id, by=visitor.user_id))


@router.post("/links/{link_id}/end")
def end_link(request: Request, link_id: int, visitor: Administrator, reason: Reason) -> Response:
    """End a link at once."""
    return _done(request, visitor, lambda ledger: account_links.end(ledger, link_id, by=visitor.user_id, reason=reason))


def _hashed(password: str) -> str:
    if len(password) < MINIMUM_LENGTH:
        raise OperatorError(
            "accounts.password", "the password is too short", where="password", todo="use 12 characters"
        )
    return hashed(password)


def _done(request: Request, visitor: Visitor, act: Callable[[Ledger], object]) -> Response:
    ledger = house_of(request).desk.ledger
    typed = _typed(request)
    if not is_fresh(request, visitor):
        answer = _accounts(request, visitor, typed, unproved())
        keep_typed(answer, request, visitor, "/accounts", typed)
        return answer
    try:
        act(ledger)
    except (OperatorError, ValueError) as error:
        told = error if isinstance(error, OperatorError) else OperatorError("accounts.day", "no day", where="", todo="")
        return _accounts(request, visitor, typed, told)
    return RedirectResponse("/accounts", status_code=303)


def _typed(request: Request) -> dict[str, str]:
    """What was typed into which form of the page: `form` is its address below the page's own."""
    given = request.state.form
    kept = {field: str(given[field]) for field in FIELDS["accounts"] if field in given}
    return kept | {"form": request.url.path.removeprefix("/accounts/")}


def _accounts(
    request: Request, visitor: Visitor, typed: Mapping[str, str], error: OperatorError | None = None
) -> Response:
    house = house_of(request)
    ledger = house.desk.ledger
    given = [one for one in grants.listed(ledger) if one.ended_at is None]
    return page(
        request,
        "settings/accounts.html",
        visitor,
        status=200 if error is None else 409,
        notice=None if error is None else refused(request, error),
        typed=typed,
        fresh=is_fresh(request, visitor),
        users=users.listed(ledger),
        grants={user_id: [one for one in given if one.user_id == user_id] for user_id in {g.user_id for g in given}},
        links=account_links.living(ledger),
        prover=provider_for(house, visitor),
        provider=None if house.provider is None else house.provider.client.names[visitor.language],
        waiting=[one for one in given if one.confirmed_by is None],
        roles=list(Role),
        today=today(),
        is_system=visitor.has(Role.SYSTEM_ADMIN),
        is_security=visitor.has(Role.SECURITY_ADMIN),
    )
