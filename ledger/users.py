"""Accounts of people who work here. A password's argon2id hash is made by the workbench; here it is only kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from core.errors import OperatorError
from core.moment import now
from ledger import audit
from ledger.access_guards import FIRST_RUN
from ledger.access_schema import app_user, role_grant
from ledger.case_words import Role
from ledger.refusals import refusals
from ledger.run import Ledger

ATTEMPTS = 5
LOCKED = timedelta(minutes=15)


@dataclass(frozen=True)
class User:
    """One account."""

    user_id: str
    staff_number: str
    display_name: str
    password_hash: str | None
    password_at: datetime | None
    oidc_subject: str | None
    language: str
    shortcuts: bool
    failed_count: int
    locked_until: datetime | None
    disabled_at: datetime | None

    @property
    def locked(self) -> bool:
        """Whether too many wrong passwords shut the account for a while."""
        return self.locked_until is not None and self.locked_until > now()


@dataclass(frozen=True)
class NewUser:
    """What an account begins with. One staff number, one account: nobody reviews under a second name."""

    user_id: str
    staff_number: str
    display_name: str
    password_hash: str | None = None


_COLUMNS = [app_user.c[field.name] for field in fields(User)]


def create(
    ledger: Ledger,
    user_id: str,
    *,
    staff_number: str,
    display_name: str,
    password_hash: str | None = None,
    by: str,
) -> User:
    """Make an account without any grant; audited.

    Raises:
        OperatorError: the name or staff number is taken already.
    """
    new = NewUser(user_id, staff_number, display_name, password_hash)
    return ledger.write_all(lambda connection: _create(connection, ledger, new, by))


def first_administrators(ledger: Ledger, system: NewUser, security: NewUser) -> None:
    """The first two accounts of an installation: who asks for grants and who confirms them.

    Raises:
        OperatorError: the installation has accounts already.
    """

    def write(connection: Connection) -> None:
        if connection.execute(select(app_user.c.user_id).limit(1)).first():
            raise OperatorError(
                "user.not_first", "there are accounts already", where="app_user", todo="let an administrator make more"
            )
        for new, role in ((system, Role.SYSTEM_ADMIN), (security, Role.SECURITY_ADMIN)):
            _create(connection, ledger, new, FIRST_RUN)
            row = {"user_id": new.user_id, "role": role, "region_prefix": "", "valid_from_date": now().date()}
            row |= {"asked_by": FIRST_RUN, "asked_at": now(), "confirmed_by": FIRST_RUN, "confirmed_at": now()}
            connection.execute(role_grant.insert().values(row))

    with refusals("first administrators"):
        ledger.write_all(write)


def get(ledger: Ledger, user_id: str) -> User | None:
    """The account of this name."""
    return _one(ledger, app_user.c.user_id == user_id)


def linked(ledger: Ledger, oidc_subject: str) -> User | None:
    """The account that a person of the provider enters, by `account_links.subject_of`."""
    return _one(ledger, app_user.c.oidc_subject == oidc_subject)


def listed(ledger: Ledger) -> list[User]:
    """All accounts by name."""
    with ledger.read() as connection:
        return [User(**row) for row in connection.execute(select(*_COLUMNS).order_by("user_id")).mappings()]


def set_password(ledger: Ledger, user_id: str, password_hash: str, *, by: str) -> None:
    """Keep another password's hash; audited, without the hash."""
    values = {"password_hash": password_hash, "password_at": now(), "failed_count": 0, "locked_until": None}
    _change(ledger, user_id, values, act="user.password_set", by=by)


def disable(ledger: Ledger, user_id: str, *, by: str, reason: str) -> None:
    """Shut an account; its sessions must be ended beside (`sessions.end_all`). Audited."""
    _change(
        ledger,
        user_id,
        {"disabled_at": now(), "disabled_why": reason},
        act="user.disabled",
        by=by,
        detail={"reason": reason},
    )


def enable(ledger: Ledger, user_id: str, *, by: str, reason: str) -> None:
    """Open a shut account again; audited."""
    _change(
        ledger,
        user_id,
        {"disabled_at": None, "disabled_why": None},
        act="user.enabled",
        by=by,
        detail={"reason": reason},
    )


def prefer(ledger: Ledger, user_id: str, *, language: str, shortcuts: bool) -> None:
    """Keep what a person chose: `zh` or `en`, and whether single keys act."""
    values = {"language": language, "shortcuts": shortcuts}
    ledger.write_all(lambda connection: _update(connection, user_id, values))


def failed(ledger: Ledger, user_id: str) -> User:
    """Count a wrong password; the fifth in a row shuts the account for a quarter of an hour. Audited.

    What is tried while it is shut counts for nothing, and neither opens it nor keeps it shut for longer.
    """

    def write(connection: Connection) -> None:
        query = select(app_user.c.failed_count, app_user.c.locked_until).where(app_user.c.user_id == user_id)
        found = connection.execute(query).first()
        if found is None:
            raise _unknown(user_id)
        failed_count, shut = found
        if shut is None or shut <= now():
            shut = now() + LOCKED if failed_count + 1 >= ATTEMPTS else None
            _update(connection, user_id, {"failed_count": 0 if shut else failed_count + 1, "locked_until": shut})
        detail = {"locked": shut is not None}
        audit.append(connection, ledger.settings, "login.failed", by=user_id, subject=user_id, detail=detail)

    ledger.write_all(write)
    user = get(ledger, user_id)
    if user is None:
        raise _unknown(user_id)
    return user


def succeeded(ledger: Ledger, user_id: str) -> None:
    """Forget wrong passwords after a right one; audited."""
    _change(ledger, user_id, {"failed_count": 0, "locked_until": None}, act="login.succeeded", by=user_id)


def _create(connection: Connection, ledger: Ledger, new: NewUser, by: str) -> User:
    for name, value in (("user_id", new.user_id), ("staff_number", new.staff_number)):
        if connection.execute(select(app_user.c.user_id).where(app_user.c[name] == value)).first():
            raise OperatorError(
                "user.taken", f"another account has this {name}", where=new.user_id, todo="use that account"
            )
    row: dict[str, Any] = {"user_id": new.user_id, "staff_number": new.staff_number, "display_name": new.display_name}
    row |= {"password_hash": new.password_hash, "oidc_subject": None, "language": "zh", "shortcuts": True}
    row |= {"password_at": now() if new.password_hash else None, "failed_count": 0, "locked_until": None}
    row |= {"created_by": by, "created_at": now()}
    connection.execute(app_user.insert().values(row))
    audit.append(connection, ledger.settings, "user.created", by=by, subject=new.user_id, detail={})
    found = connection.execute(select(*_COLUMNS).where(app_user.c.user_id == new.user_id)).mappings().one()
    return User(**found)


def _one(ledger: Ledger, condition: Any) -> User | None:
    with ledger.read() as connection:
        row = connection.execute(select(*_COLUMNS).where(condition)).mappings().first()
    return User(**row) if row else None


def _change(
    ledger: Ledger, user_id: str, values: dict[str, Any], *, act: str, by: str, detail: dict[str, Any] | None = None
) -> None:
    def write(connection: Connection) -> None:
        _update(connection, user_id, values)
        audit.append(connection, ledger.settings, act, by=by, subject=user_id, detail=detail or {})

    ledger.write_all(write)


def _update(connection: Connection, user_id: str, values: dict[str, Any]) -> None:
    if not connection.execute(app_user.update().where(app_user.c.user_id == user_id).values(values)).rowcount:
        raise _unknown(user_id)


def _unknown(user_id: str) -> OperatorError:
    return OperatorError("user.unknown", "there is no such account", where=user_id, todo="check the name")
