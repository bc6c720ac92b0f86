"""Taking a commissioned check in: by a person who holds the role for the region, with a purpose, under seal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.errors import OperatorError
from core.moment import today
from core.settings import Settings
from ledger import commissions, grants, users
from ledger.case_words import Role
from ledger.commission_schema import PURPOSES
from ledger.desk import Desk, open_desk
from ledger.scope import Scope
from publish.findings import published_folder
from publish.manifest import read_manifest
from sources.request import application_from

TAKERS = frozenset({Role.ANALYST, Role.SUPERVISOR})


def take_in(
    desk: Desk,
    scope: Scope,
    given: Mapping[str, object],
    *,
    by: str,
    region_code: str,
    purpose: str,
    document: str,
    as_of: date,
) -> int:
    """Check the application, seal it, and ask for its run; the check's number.

    Raises:
        OperatorError: something is missing or cannot be, or the region lies outside the scope. Quotes no person.
    """
    application = application_from(given)
    if purpose not in PURPOSES or not document.strip() or len(region_code) != 12 or as_of > today():
        raise OperatorError(
            "check.form",
            "purpose, letter of request, region or day is missing or cannot be",
            where="commissioned check",
            todo="fill them in",
        )
    return commissions.ask(
        desk,
        scope,
        by=by,
        region_code=region_code,
        purpose_code=purpose,
        document=document.strip(),
        as_of=as_of,
        person_count=len(application.persons),
        content=application.model_dump_json().encode(),
    )


def ask_as(
    settings: Settings,
    by: str,
    given: Mapping[str, object],
    *,
    region_code: str,
    purpose: str,
    document: str,
    as_of: date | None,
) -> int:
    """`take_in` from the command line, in the name of an account that may.

    Raises:
        OperatorError: as `take_in`; or the account may not.
    """
    desk = open_desk(settings)
    user = users.get(desk.ledger, by)
    theirs = [] if user is None or user.disabled_at else grants.in_force(desk.ledger, by, today())
    scope = grants.scope_of(theirs, TAKERS)
    if not scope.covers(region_code):
        raise OperatorError(
            "check.region",
            "this account takes in no checks of this region",
            where=by,
            todo="ask an analyst of the region",
        )
    return take_in(
        desk,
        scope,
        given,
        by=by,
        region_code=region_code,
        purpose=purpose,
        document=document,
        as_of=as_of or usual_day(settings),
    )


def usual_day(settings: Settings) -> date:
    """The day that readers see now; today before the first night."""
    try:
        return date.fromisoformat(read_manifest(published_folder(None, settings))["as_of"])
    except OperatorError:
        return today()
