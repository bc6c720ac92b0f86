"""Cases: what is asked of one household in one review cycle, read within a scope."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from core.moment import now
from core.sealing import token
from ledger import audit
from ledger.case_schema import case_, case_comment, case_member, flag
from ledger.case_words import OPEN_FLAG, FlagState, Kind, Outcome, Status
from ledger.desk import Desk, Scoped
from ledger.keys import token_key
from ledger.refusals import StaleCase, refused
from ledger.schema import membership, person_id
from ledger.scope import Scope
from ledger.table_parts import appended

CLOCK = "clock"
SYNC = "sync"


@dataclass(frozen=True)
class Case:
    """One case as it stands. `difference_fen` is the largest monthly difference among its living flags, in fen."""

    case_id: int
    case_no: str
    household_key: str
    programme_code: str
    cycle: str
    kind: Kind
    region_code: str
    county_code: str
    town_code: str
    member_count: int
    rule_top: str | None
    flag_count: int
    severity: str
    severity_rank: int
    difference_fen: int | None
    status: Status
    assignee: str | None
    lease_until: datetime | None
    due_date: date
    visit_due_date: date | None
    snoozed_until_date: date | None
    round: int
    evidence_version: int
    evidence_fingerprint: str
    blind: bool
    outcome: Outcome | None
    run_id: str
    opened_at: datetime
    version: int
    changed_by: str
    changed_why: str
    changed_at: datetime


@dataclass(frozen=True)
class Flag:
    """One finding at one revision: a question of its case. `material` is JSON text, the values whose change is news."""

    flag_id: int
    case_id: int
    finding_key: str
    revision: int
    rule: str
    rule_version: str
    person_key: str | None
    severity: str
    match_grade: str
    difference_fen: int | None
    material: str
    state: FlagState
    run_id: str
    ended_run_id: str | None
    at: datetime

    @property
    def open(self) -> bool:
        """Whether it still asks something."""
        return self.state in OPEN_FLAG


@dataclass(frozen=True)
class CaseMember:
    """One member of the household when the case was opened; masked, and blank once the household's key is erased."""

    person_key: str
    relation_code: str
    name_masked: str | None
    id_masked: str | None


COLUMNS = [case_.c[field.name] for field in fields(Case)]
_MEMBER = [case_member.c[field.name] for field in fields(CaseMember)]


def get(desk: Desk, scope: Scope, case_id: int) -> Case | None:
    """The case of this number; nothing if there is none within the scope."""
    with desk.read(scope) as scoped:
        return within(scoped, case_id)


def flags(desk: Desk, scope: Scope, case_id: int) -> list[Flag]:
    """The flags of a case, ended ones too, in the order they came."""
    names = [field.name for field in fields(Flag) if field.name != "flag_id"]
    columns = [flag.c.sequence.label("flag_id"), *(flag.c[name] for name in names)]
    query = select(*columns).join(case_).where(flag.c.case_id == case_id, scope.where()).order_by(flag.c.sequence)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query).mappings().all()
    return [Flag(**{**row, "state": FlagState(row["state"])}) for row in rows]


def members(desk: Desk, scope: Scope, case_id: int) -> list[CaseMember]:
    """The members of the household as the case knew them, the head first."""
    query = select(*_MEMBER).join(case_).where(case_member.c.case_id == case_id, scope.where())
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query.order_by(case_member.c.sequence)).mappings().all()
    return [CaseMember(**row) for row in rows]


def heads(desk: Desk, scope: Scope, case_ids: Collection[int]) -> dict[int, CaseMember]:
    """Case → the head of its household, of some hundred cases at once."""
    first = select(func.min(case_member.c.sequence)).where(case_member.c.case_id.in_(case_ids))
    first = first.group_by(case_member.c.case_id)
    query = select(case_member.c.case_id, *_MEMBER).join(case_).where(case_member.c.sequence.in_(first), scope.where())
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query).mappings().all()
    return {row["case_id"]: CaseMember(*(row[one.name] for one in _MEMBER)) for row in rows}


def earlier(desk: Desk, scope: Scope, case_id: int) -> list[Case]:
    """Other cases of the same household, newest first."""
    household = select(case_.c.household_key).where(case_.c.case_id == case_id, scope.where()).scalar_subquery()
    return _all(desk, scope, (case_.c.household_key == household) & (case_.c.case_id != case_id))


def comment(desk: Desk, scope: Scope, case_id: int, *, by: str, text: str) -> int:
    """Add a comment; its number.

    Raises:
        OperatorError: no such case within the scope, or no words.
    """
    if not text.strip():
        raise refused("case.comment", "a comment needs words", where=f"case {case_id}")

    def write(scoped: Scoped) -> int:
        known(scoped, case_id)
        row = {"case_id": case_id, "said": text.strip(), "by_whom": by, "at": now()}
        return appended(scoped.connection, case_comment, row)

    return desk.write_all(scope, f"case {case_id}", write)


def search(
    desk: Desk,
    scope: Scope,
    *,
    id_number: str | None = None,
    id_masked: str | None = None,
    name_masked: str | None = None,
    case_no: str | None = None,
    by: str,
    purpose: str,
    limit: int = 20,
) -> list[Case]:
    """Cases by number, by a member's full id (through its keyed hash) or masked id and name; audited, newest first.

    One more than `limit` is given when there are more: the search should be narrowed.

    Raises:
        OperatorError: no purpose is given, or nothing to search by.
    """
    asked = {"id_number": id_number, "id_masked": id_masked, "name_masked": name_masked, "case_no": case_no}
    by_what = sorted(name for name, value in asked.items() if value)
    if not purpose.strip() or not by_what:
        raise refused("case.search", "a search needs a purpose and something to search by", where="search")

    def find(scoped: Scoped) -> list[Case]:
        query = _select(scope, _searched(scoped, asked)).order_by(case_.c.case_id.desc()).limit(limit + 1)
        found = [case_of(row) for row in scoped.connection.execute(query).mappings()]
        detail = {"by_what": by_what, "purpose": purpose, "found": len(found)}
        audit.append(scoped.connection, desk.settings, "case.searched", by=by, subject="case_", detail=detail)
        return found

    return desk.write_all(scope, "search", find)


def case_of(row: Any) -> Case:
    """A row of `case_` with its words."""
    words = {"status": Status(row["status"]), "kind": Kind(row["kind"])}
    outcome = None if row["outcome"] is None else Outcome(row["outcome"])
    return Case(**{**row, **words, "outcome": outcome})


def within(scoped: Scoped, case_id: int) -> Case | None:
    """`get` inside an open transaction."""
    row = scoped.connection.execute(_select(scoped.scope, case_.c.case_id == case_id)).mappings().first()
    return case_of(row) if row else None


def known(scoped: Scoped, case_id: int) -> Case:
    """The case, inside an open transaction.

    Raises:
        OperatorError: there is none within the scope.
    """
    found = within(scoped, case_id)
    if found is None:
        raise refused("case.unknown", "there is no such case here", where=f"case {case_id}")
    return found


def change(scoped: Scoped, case_id: int, version: int, *, by: str, why: str = "", **values: Any) -> Case:
    """Change a case that still stands at `version`, within the open transaction; the case after it.

    Raises:
        StaleCase: somebody was quicker.
        OperatorError: there is no such case within the scope.
    """
    current = known(scoped, case_id)
    if current.version != version:
        raise StaleCase(current)
    step(scoped.connection, case_id, version, by=by, why=why, **values)
    return known(scoped, case_id)


def step(connection: Connection, case_id: int, version: int, *, by: str, why: str, **values: Any) -> None:
    """The one statement that changes a case; the database leaves an event of it."""
    row = {"version": version + 1, "changed_by": by, "changed_why": why, "changed_at": now(), **values}
    connection.execute(case_.update().where(case_.c.case_id == case_id, case_.c.version == version).values(row))


def select_cases(scope: Scope) -> Select[Any]:
    """All columns of the cases within a scope, to be narrowed and ordered."""
    return select(*COLUMNS).where(scope.where())


def _select(scope: Scope, condition: ColumnElement[bool]) -> Select[Any]:
    return select_cases(scope).where(condition)


def _all(desk: Desk, scope: Scope, condition: ColumnElement[bool]) -> list[Case]:
    query = _select(scope, condition).order_by(case_.c.case_id.desc())
    with desk.read(scope) as scoped:
        return [case_of(row) for row in scoped.connection.execute(query).mappings()]


def _searched(scoped: Scoped, asked: dict[str, str | None]) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if asked["case_no"]:
        wanted.append(case_.c.case_no == asked["case_no"])
    if asked["id_number"]:
        hashed = token(token_key(scoped.settings), asked["id_number"].strip().upper())
        lives = select(membership.c.household_key).join(person_id, person_id.c.person_key == membership.c.person_key)
        wanted.append(case_.c.household_key.in_(lives.where(person_id.c.id_token == hashed)))
    for name in ("id_masked", "name_masked"):
        if asked[name]:
            member = select(case_member.c.case_id).where(case_member.c[name] == asked[name])
            wanted.append(case_.c.case_id.in_(member))
    condition = wanted[0]
    for one in wanted[1:]:
        condition &= one
    return condition
