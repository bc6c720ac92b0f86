"""Letters: drafted, checked, issued under a number without gaps by another person, delivered; void with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from core.moment import now, today
from ledger import audit
from ledger.case_schema import case_
from ledger.cases import known
from ledger.dealing_schema import letter, letter_counter, letter_event
from ledger.desk import Desk, Scoped
from ledger.refusals import refused
from ledger.scope import Scope
from ledger.table_parts import appended

SERIES = {
    **{"report": "核报", "supplement": "核补", "visit": "核查", "objection_answer": "核复"},
    "correction": "核协",
}


@dataclass(frozen=True)
class LetterEvent:
    """One step of a letter's life."""

    kind: str
    number: str | None
    sha256: str | None
    verification_code: str | None
    note: str
    by_whom: str
    at: datetime


@dataclass(frozen=True)
class Letter:
    """One letter and its steps; `state` is the last of them but a reprint, `draft` before the first."""

    letter_id: int
    case_id: int
    case_no: str
    kind: str
    template_version: str
    by_whom: str
    at: datetime
    events: list[LetterEvent]

    @property
    def state(self) -> str:
        """`draft checked issued delivered voided`."""
        return next((one.kind for one in reversed(self.events) if one.kind != "reprinted"), "draft")

    @property
    def issued(self) -> LetterEvent | None:
        """The step that gave it number, hash and code."""
        return next((one for one in self.events if one.kind == "issued"), None)


def draft(desk: Desk, scope: Scope, case_id: int, *, by: str, kind: str, template_version: str) -> int:
    """Begin a letter of a case (`SERIES` has the kinds); its number in the table, not yet its public one."""

    def write(scoped: Scoped) -> int:
        known(scoped, case_id)
        row = {"case_id": case_id, "kind": kind, "template_version": template_version, "by_whom": by, "at": now()}
        return appended(scoped.connection, letter, row)

    return desk.write_all(scope, f"case {case_id}", write)


def check(desk: Desk, scope: Scope, letter_id: int, *, by: str) -> None:
    """Say that a draft is right."""
    _tell(desk, scope, letter_id, "checked", by)


def issue(desk: Desk, scope: Scope, letter_id: int, *, by: str, sha256: str, verification_code: str) -> str:
    """Issue a checked letter under the next number of its kind and year; audited. The number.

    Raises:
        OperatorError: the letter is not checked, is issued already, or was drafted by the same person.
    """
    return str(_tell(desk, scope, letter_id, "issued", by, sha256=sha256, verification_code=verification_code))


def deliver(desk: Desk, scope: Scope, letter_id: int, *, by: str, note: str = "") -> None:
    """Record that an issued letter was delivered."""
    _tell(desk, scope, letter_id, "delivered", by, note=note)


def reprint(desk: Desk, scope: Scope, letter_id: int, *, by: str, note: str = "") -> None:
    """Record that an issued letter was printed once more."""
    _tell(desk, scope, letter_id, "reprinted", by, note=note)


def void(desk: Desk, scope: Scope, letter_id: int, *, by: str, note: str) -> None:
    """Make a letter void, with a reason; its number stays used."""
    _tell(desk, scope, letter_id, "voided", by, note=note)


def get(desk: Desk, scope: Scope, letter_id: int) -> Letter | None:
    """The letter of this number; nothing if there is none within the scope."""
    return next(iter(_letters(desk, scope, letter.c.sequence == letter_id)), None)


def of_case(desk: Desk, scope: Scope, case_id: int) -> list[Letter]:
    """The letters of a case, oldest first."""
    return _letters(desk, scope, letter.c.case_id == case_id)


def listed(desk: Desk, scope: Scope, *, state: str | None = None, size: int = 200) -> list[Letter]:
    """The newest letters within the scope, in a state where named."""
    newest = select(letter.c.sequence).join(case_).where(scope.where()).order_by(letter.c.sequence.desc()).limit(size)
    found = _letters(desk, scope, letter.c.sequence.in_(newest))
    return [one for one in reversed(found) if state is None or one.state == state]


def by_code(desk: Desk, scope: Scope, code: str) -> Letter | None:
    """The letter that carries this verification code."""
    carrying = select(letter_event.c.letter_id).where(letter_event.c.verification_code == code)
    return next(iter(_letters(desk, scope, letter.c.sequence.in_(carrying))), None)


def _tell(desk: Desk, scope: Scope, letter_id: int, kind: str, by: str, **told: str) -> str | None:
    def write(scoped: Scoped) -> str | None:
        query = select(letter.c.kind, case_.c.case_no).join(case_, case_.c.case_id == letter.c.case_id)
        found = scoped.connection.execute(query.where(letter.c.sequence == letter_id, scope.where())).first()
        if found is None:
            raise refused("letter.unknown", "there is no such letter here", where=f"letter {letter_id}")
        number = _number(scoped.connection, found[0]) if kind == "issued" else None
        row = {"letter_id": letter_id, "kind": kind, "number": number, "note": "", "by_whom": by, "at": now(), **told}
        scoped.connection.execute(letter_event.insert().values(row))
        detail = {"letter": letter_id, "number": number}
        audit.append(scoped.connection, desk.settings, f"letter.{kind}", by=by, subject=found[1], detail=detail)
        return number

    return desk.write_all(scope, f"letter {letter_id}", write)


def _number(connection: Connection, kind: str) -> str:
    year = today().year
    series = f"{SERIES[kind]}〔{year}〕"
    counted = letter_counter.update().where(letter_counter.c.series == series).values(last=letter_counter.c.last + 1)
    last = connection.execute(counted.returning(letter_counter.c.last)).scalar()
    if last is None:
        connection.execute(letter_counter.insert().values(series=series, last=1))
        last = 1
    return f"{series}{last}号"


def _letters(desk: Desk, scope: Scope, condition: Any) -> list[Letter]:
    columns = [letter.c.sequence.label("letter_id"), letter.c.case_id, letter.c.kind, letter.c.template_version]
    query = select(*columns, letter.c.by_whom, letter.c.at, case_.c.case_no).join(case_)
    query = query.where(condition, scope.where()).order_by(letter.c.sequence)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query).mappings().all()
        steps = select(letter_event).where(letter_event.c.letter_id.in_([row["letter_id"] for row in rows]))
        events: dict[int, list[LetterEvent]] = {}
        for step in scoped.connection.execute(steps.order_by(letter_event.c.sequence)).mappings():
            told = {name: step[name] for name in LetterEvent.__dataclass_fields__}
            events.setdefault(step["letter_id"], []).append(LetterEvent(**told))
    return [Letter(**row, events=events.get(row["letter_id"], [])) for row in rows]
