"""Beside the queue: filters kept under a name, and many cases given to one person at once."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from core.moment import today
from ledger import case_work, grants, saved_filters, users
from ledger.case_words import Role
from ledger.run import Ledger
from ledger.users import User
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASE_READERS, CASEWORK
from workbench.security.visitor import Visitor, scope_for
from workbench.web.login import own_path
from workbench.web.page import Notice, refused
from workbench.words.catalogue import marked, teller

router = APIRouter(prefix="/queue")
FIELDS = ("view", "severity", "rule", "town")
MOST = 50
Word = Annotated[str, Field(max_length=64)]
_ASSIGNED = marked("已分派 %(n)s 件。")
_LEFT = marked("已分派 %(n)s 件，%(left)s 件没有分派：%(why)s")
_MANY = marked("一次最多分派 50 件。")


@router.post("/filters")
def keep_filter(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door(CASE_READERS))],
    name: Annotated[str, Field(max_length=40, pattern=r"\S")],
    view: Word = "",
    severity: Word = "",
    rule: Word = "",
    town: Word = "",
) -> Response:
    """Keep the filter under a name; one of the same name is replaced."""
    query = {key: value for key, value in zip(FIELDS, (view, severity, rule, town), strict=True) if value}
    saved_filters.save(house_of(request).desk.ledger, visitor.user_id, name.strip(), query)
    return RedirectResponse(f"/queue?{urlencode(query)}", status_code=303)


@router.post("/filters/remove")
def forget_filter(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door(CASE_READERS))],
    name: Annotated[str, Field(max_length=40)],
    back: Annotated[str, Field(max_length=512)] = "/queue",
) -> Response:
    """Forget a filter."""
    saved_filters.remove(house_of(request).desk.ledger, visitor.user_id, name)
    return RedirectResponse(own_path(back), status_code=303)


def kept_filters(ledger: Ledger, user_id: str) -> list[tuple[str, str]]:
    """Name and address of a person's filters."""
    found = saved_filters.listed(ledger, user_id).items()
    return [(name, f"/queue?{urlencode({key: query[key] for key in FIELDS if key in query})}") for name, query in found]


def assignable(ledger: Ledger, visitor: Visitor) -> list[User]:
    """Whom a supervisor may give cases to: who checks cases somewhere in the supervisor's regions today."""
    mine = scope_for(visitor.grants, {Role.SUPERVISOR})
    found, held = [], grants.of_everybody(ledger, today())
    for user in users.listed(ledger):
        theirs = grants.scope_of(held.get(user.user_id, []), CASEWORK)
        meets = any(mine.covers(one) or one.startswith(tuple(mine.prefixes)) for one in theirs.prefixes)
        wider = any(theirs.covers(one) for one in mine.prefixes)
        found += [user] if not user.disabled_at and (meets or wider) else []
    return found


def assign(request: Request, visitor: Visitor, to: str, chosen: list[str]) -> Notice:
    """Give each chosen case (`<case>:<version>`) to a person; what cannot be given is told with the reason.

    Raises:
        NotThere: nobody of this name may be given cases, or a case is not named so.
    """
    tell, house = teller(visitor.language), house_of(request)
    if len(chosen) > MOST:
        return Notice("bad", tell(_MANY))
    if to not in {user.user_id for user in assignable(house.desk.ledger, visitor)}:
        raise NotThere
    theirs = grants.scope_of(grants.in_force(house.desk.ledger, to, today()), CASEWORK)
    left: list[str] = []
    for one in chosen:
        case_id, _, version = one.partition(":")
        if not (case_id.isdigit() and version.isdigit()):
            raise NotThere
        try:
            case_work.assign(
                house.desk, visitor.scope, int(case_id), to=to, reach=theirs, by=visitor.user_id, version=int(version)
            )
        except OperatorError as error:
            left.append(refused(request, error).words)
    told: dict[str, object] = {"n": len(chosen) - len(left), "left": len(left), "why": " ".join(sorted(set(left)))}
    return Notice("bad" if left else "good", tell(_LEFT if left else _ASSIGNED, **told))
