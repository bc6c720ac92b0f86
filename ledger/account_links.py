"""Links: which person of the sign-in provider enters which account. One administrator asks, another confirms.

A person of the provider is an issuer and a subject together: a subject alone is somebody else at another issuer. The
confirmed link stands on the account (`app_user.oidc_subject`); the database takes no other.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from core.errors import OperatorError
from core.moment import now
from ledger import audit
from ledger.access_schema import account_link, app_user, oidc_return
from ledger.refusals import refusals
from ledger.run import Ledger
from ledger.table_parts import appended

NOBODY = "provider"


@dataclass(frozen=True)
class Link:
    """One link that was asked for, and what became of it."""

    sequence: int
    user_id: str
    oidc_subject: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    ended_by: str | None
    ended_why: str | None
    ended_at: datetime | None


_COLUMNS = [account_link.c[field.name] for field in fields(Link)]


def subject_of(issuer: str, subject: str) -> str:
    """Issuer and subject in one text, as accounts keep them; an issuer is an address and holds no space."""
    return f"{issuer} {subject}"


def ask(ledger: Ledger, user_id: str, issuer: str, subject: str, *, by: str) -> int:
    """Ask that a person of the provider may enter an account; it counts once another has confirmed it. Audited.

    Raises:
        OperatorError: there is no such account, `by` is no system administrator or asks for himself, or the account or
            the person is linked already.
    """
    row = {"user_id": user_id, "oidc_subject": subject_of(issuer, subject), "asked_by": by, "asked_at": now()}

    def write(connection: Connection) -> int:
        if not connection.execute(select(app_user.c.user_id).where(app_user.c.user_id == user_id)).first():
            raise OperatorError("user.unknown", "there is no such account", where=user_id, todo="check the name")
        link_id = appended(connection, account_link, row)
        detail = {"link": link_id, "issuer": issuer}
        audit.append(connection, ledger.settings, "link.asked", by=by, subject=user_id, detail=detail)
        return link_id

    with refusals(user_id):
        return ledger.write_all(write)


def confirm(ledger: Ledger, link_id: int, *, by: str) -> None:
    """Confirm a link: from now on that person enters the account. Audited.

    Raises:
        OperatorError: `by` is no security administrator, asked for it, or would enter by it; or it is over.
    """
    _change(ledger, link_id, {"confirmed_by": by, "confirmed_at": now()}, "link.confirmed", by, {})


def end(ledger: Ledger, link_id: int, *, by: str, reason: str) -> None:
    """End a link at once (taking power away needs one person). Audited.

    Raises:
        OperatorError: there is no such link, or it has ended.
    """
    values = {"ended_by": by, "ended_why": reason, "ended_at": now()}
    _change(ledger, link_id, values, "link.ended", by, {"reason": reason})


def living(ledger: Ledger) -> dict[str, Link]:
    """The links that have not ended, by account, confirmed or not."""
    query = select(*_COLUMNS).where(account_link.c.ended_at.is_(None))
    with ledger.read() as connection:
        return {row["user_id"]: Link(**row) for row in connection.execute(query).mappings()}


def take_return(ledger: Ledger, state_hash: str) -> bool:
    """Note that somebody came back from the provider with this state; whether it was for the first time."""

    def write(connection: Connection) -> None:
        connection.execute(oidc_return.insert().values(state_hash=state_hash, at=now()))

    try:
        ledger.write_all(write)
    except IntegrityError:
        return False
    return True


def entered(ledger: Ledger, user_id: str) -> None:
    """Record that the provider vouched for the person of an account. Audited."""
    _tell(ledger, "login.succeeded", by=user_id, subject=user_id, detail={"way": "oidc"})


def refused_entry(ledger: Ledger, why: str, *, user_id: str | None = None) -> None:
    """Record that somebody came from the provider and was not let in: why, and whose account it was where one is known.

    Audited. Neither token nor subject is kept: who has no account here is nobody here.
    """
    who = user_id or NOBODY
    _tell(ledger, "login.refused", by=who, subject=who, detail={"way": "oidc", "why": why})


def refused_proof(ledger: Ledger, why: str, *, user_id: str | None = None) -> None:
    """Record that somebody came from the provider and did not prove who they are: why, and whose session it was.

    Audited. Neither token nor subject is kept.
    """
    who = user_id or NOBODY
    _tell(ledger, "session.step_up_refused", by=who, subject=who, detail={"way": "oidc", "why": why})


def _tell(ledger: Ledger, act: str, *, by: str, subject: str, detail: dict[str, Any]) -> None:
    ledger.write_all(
        lambda connection: audit.append(connection, ledger.settings, act, by=by, subject=subject, detail=detail)
    )


def _change(ledger: Ledger, link_id: int, values: dict[str, Any], act: str, by: str, detail: dict[str, Any]) -> None:
    def write(connection: Connection) -> None:
        changed = account_link.update().where(account_link.c.sequence == link_id).values(values)
        row = connection.execute(changed.returning(*_COLUMNS)).mappings().first()
        if row is None:
            raise OperatorError("link.unknown", "there is no such link", where=str(link_id), todo="check it")
        link = Link(**row)
        stands = link.confirmed_by is not None and link.ended_at is None
        account = app_user.update().where(app_user.c.user_id == link.user_id)
        connection.execute(account.values(oidc_subject=link.oidc_subject if stands else None))
        told = {"link": link_id, **detail}
        audit.append(connection, ledger.settings, act, by=by, subject=link.user_id, detail=told)

    with refusals(f"link {link_id}"):
        ledger.write_all(write)
