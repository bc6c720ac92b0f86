"""Accounts of the demonstration: at least one for each role, with a password made for this installation alone.

Everywhere in it two people can decide a case and, when the household objects, two others decide it anew.
"""

from __future__ import annotations

import json
import os
import secrets
from typing import NamedTuple

from core.errors import OperatorError
from core.moment import today
from core.settings import Settings
from ledger import grants, users
from ledger.case_words import Role
from ledger.run import Ledger, open_ledger
from ledger.users import NewUser
from workbench.security.passwords import MINIMUM_LENGTH, hashed

FILE = "workbench-accounts.json"
CITY, COUNTY, SUBDISTRICT = "2101", "210106", "210106004"


class Account(NamedTuple):
    """One account of the demonstration."""

    user_id: str
    display_name: str
    role: Role
    prefix: str


SYSTEM = NewUser("sysadmin", "D-0001", "系统管理员甲")
SECURITY = NewUser("secadmin", "D-0002", "安全管理员乙")
ACCOUNTS = (
    Account("analyst", "陈静", Role.ANALYST, COUNTY),
    Account("analyst2", "李楠", Role.ANALYST, SUBDISTRICT),
    Account("analyst3", "吴桐", Role.ANALYST, CITY),
    Account("reviewer", "周明", Role.REVIEWER, CITY),
    Account("reviewer2", "钱安", Role.REVIEWER, CITY),
    Account("supervisor", "赵远", Role.SUPERVISOR, CITY),
    Account("issuer", "孙立", Role.ISSUER, CITY),
    Account("steward", "何数", Role.STEWARD, CITY),
    Account("viewer", "方正", Role.VIEWER, CITY),
    Account("auditor", "郑严", Role.AUDITOR, CITY),
)


def demonstration_password(settings: Settings) -> str:
    """The password of every demonstration account; the accounts are made when the installation has none.

    Raises:
        OperatorError: this is a production installation.
    """
    if settings.environment == "production":
        raise OperatorError(
            "accounts.production",
            "a production installation has no demonstration accounts",
            where="HEDUI_ENVIRONMENT",
            todo="make the first administrators: hedui administrators",
        )
    password = _kept_password(settings)
    ledger = open_ledger(settings)
    if not users.listed(ledger):
        _make(ledger, hashed(password))
    return password


def first_administrators(settings: Settings, system: tuple[str, str], security: tuple[str, str]) -> None:
    """The first two accounts of an installation, each a name with its password; only while there is none.

    Raises:
        OperatorError: there are accounts already, or a password is shorter than twelve characters.
    """
    for name, password in (system, security):
        if len(password) < MINIMUM_LENGTH:
            raise OperatorError(
                "accounts.password", "the password is too short", where=name, todo=f"use {MINIMUM_LENGTH} characters"
            )
    made = [NewUser(name, f"A-{place}", name, hashed(word)) for place, (name, word) in enumerate((system, security), 1)]
    users.first_administrators(open_ledger(settings), *made)


def _make(ledger: Ledger, kept: str) -> None:
    users.first_administrators(ledger, _with(SYSTEM, kept), _with(SECURITY, kept))
    for number, account in enumerate(ACCOUNTS, start=3):
        users.create(
            ledger,
            account.user_id,
            staff_number=f"D-{number:04d}",
            display_name=account.display_name,
            password_hash=kept,
            by=SYSTEM.user_id,
        )
        grant = grants.ask(
            ledger,
            account.user_id,
            account.role,
            account.prefix,
            valid_from=today(),
            valid_to=None,
            by=SYSTEM.user_id,
        )
        grants.confirm(ledger, grant, by=SECURITY.user_id)


def _with(new: NewUser, kept: str) -> NewUser:
    return NewUser(new.user_id, new.staff_number, new.display_name, kept)


def _kept_password(settings: Settings) -> str:
    path = settings.folder("keys") / FILE
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"password": secrets.token_urlsafe(12)}, file)
    return str(json.loads(path.read_text(encoding="utf-8"))["password"])
