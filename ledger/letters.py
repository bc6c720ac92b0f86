"""Letters: drafted, checked, issued under a number without gaps by another person, delivered; void with a reason.

What a letter says is kept with it from its draft on: relations and figures, neither names nor numbers of people, which
stand under the household's key and are put in when it is printed. So an issued letter can be printed again unchanged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, case, select

from core.moment import now, today
from ledger import audit
from ledger.case_schema import case_
from ledger.cases import known
from ledger.dealing_schema import letter, letter_contents, letter_counter, letter_event
from ledger.desk import Desk, Scoped
from ledger.refusals import refused
from ledger.scope import Scope
from ledger.table_parts import appended

SERIES = {
    **{"report": "核报", "notice": "核告", "supplement": "核补", "visit": "核查", "conclusion": "核结"},
    **{"objection_answer": "核复", "correction": "核协"},
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
    """One letter and its steps; `state` is the last of them but a reprint, `draft` before the first.

    `provider` is whom a correction is asked of.
    """

    letter_id: int
    case_id: int
    case_no: str
    kind: str
    template_version: str
    by_whom: str
    at: datetime
    contents_sha256: str
    events: list[LetterEvent]
    provider: str | None = None

    @property
    def state(self) -> str:
        """`draft checked issued delivered voided`."""
        return next((one.kind for one in reversed(self.events) if one.kind != "reprinted"), "draft")

    @property
    def issued(self) -> LetterEvent | None:
        """The step that gave it number, hash and code."""
        return next((one for one in self.events if one.kind == "issued"), None)


def draft(
    desk: Desk,
    scope: Scope,
    case_id: int,
    *,
    by: str,
    kind: str,
    template_version: str,
    contents: Mapping[str, Any],
) -> int:
    """Begin a letter of a case (`SERIES` has the kinds); its number in the table, not yet its public one. Audited.

    Args:
        contents: what it says, JSON values without names or numbers of people.
    """
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(text.encode()).hexdigest()

    def write(scoped: Scoped) -> int:
        current = known(scoped, case_id)
        row = {"case_id": case_id, "kind": kind, "template_version": template_version, "by_whom": by, "at": now()}
        letter_id = appended(scoped.connection, letter, row)
        kept = {"letter_id": letter_id, "contents": text, "contents_sha256": sha256}
        scoped.connection.execute(letter_contents.insert().values(kept))
        detail = {"letter": letter_id, "kind": kind, "sha256": sha256}
        audit.append(scoped.connection, desk.settings, "letter.drafted", by=by, subject=current.case_no, detail=detail)
        return letter_id

    return desk.write_all(scope, f"case {case_id}", write)


def contents(desk: Desk, scope: Scope, letter_id: int) -> dict[str, Any]:
    """What a letter says.

    Raises:
        OperatorError: there is no such letter within the scope.
    """
    query = select(letter_contents.c.contents).join(letter, letter.c.sequence == letter_contents.c.letter_id)
    query = query.join(case_, case_.c.case_id == letter.c.case_id).where(letter.c.sequence == letter_id, scope.where())
    with desk.read(scope) as scoped:
        text = scoped.connection.execute(query).scalar()
    if text is None:
        raise refused("letter.unknown", "there is no such letter here", where=f"letter {letter_id}")
    told: dict[str, Any] = json.loads(text)
    return told


def check(desk: Desk, scope: Scope, letter_id: int, *, by: str) -> None:
    """Say that a draft is right."""
    _tell(desk, scope, letter_id, "checked", by)


def issue(
    desk: Desk, scope: Scope, letter_id: int, *, by: str, verification_code: str, printed: Callable[[str, date], bytes]
) -> str:
    """Issue a checked letter under the next number of its kind and year; audited. The number.

    Args:
        printed: the PDF, given its number and its day; its SHA-256 is what the ledger keeps.

    Raises:
        OperatorError: the letter is not checked, is issued already, or was drafted by the same person; or whatever
            `printed` raises, and then nothing was issued and no number is used.
    """

    def told(number: str) -> dict[str, str]:
        sha256 = hashlib.sha256(printed(number, today())).hexdigest()
        return {"sha256": sha256, "verification_code": verification_code}

    return str(_tell(desk, scope, letter_id, "issued", by, numbered=told))


def deliver(desk: Desk, scope: Scope, letter_id: int, *, by: str, note: str = "") -> None:
    """Record that an issued letter was delivered."""
    _tell(desk, scope, letter_id, "delivered", by, note=note)


def reprint(desk: Desk, scope: Scope, letter_id: int, *, by: str, note: str = "") -> None:
    """Record that an issued letter was printed once more."""
    _tell(desk, scope, letter_id, "reprinted", by, note=note)


def print_clear(desk: Desk, scope: Scope, letter_id: int, *, by: str, reason: str) -> None:
    """Record that an issued letter is printed with names and numbers in clear, and why.

    Raises:
        OperatorError: no reason is given, or the letter is not issued.
    """
    if not reason.strip():
        raise refused("letter.reason", "a print in clear needs a reason", where=f"letter {letter_id}")
    _tell(desk, scope, letter_id, "reprinted", by, note=reason.strip(), act="letter.printed_clear")


def void(desk: Desk, scope: Scope, letter_id: int, *, by: str, note: str) -> None:
    """Make a letter void, with a reason; its number stays used."""
    _tell(desk, scope, letter_id, "voided", by, note=note)


def issued_step(found: Letter) -> LetterEvent:
    """The step that gave a letter its number.

    Raises:
        OperatorError: it was never issued.
    """
    if found.issued is None:
        raise refused("letter.order", "the letter is not issued", where=f"letter {found.letter_id}")
    return found.issued


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


def _tell(
    desk: Desk,
    scope: Scope,
    letter_id: int,
    kind: str,
    by: str,
    *,
    note: str = "",
    act: str = "",
    numbered: Callable[[str], dict[str, str]] | None = None,
) -> str | None:
    def write(scoped: Scoped) -> str | None:
        query = select(letter.c.kind, case_.c.case_no).join(case_, case_.c.case_id == letter.c.case_id)
        found = scoped.connection.execute(query.where(letter.c.sequence == letter_id, scope.where())).first()
        if found is None:
            raise refused("letter.unknown", "there is no such letter here", where=f"letter {letter_id}")
        number = _number(scoped.connection, found[0]) if numbered else None
        row = {"letter_id": letter_id, "kind": kind, "number": number, "note": note, "by_whom": by, "at": now()}
        row |= numbered(str(number)) if numbered else {}
        scoped.connection.execute(letter_event.insert().values(row))
        detail = {"letter": letter_id, "number": number, **({"note": note} if note else {})}
        done = act or f"letter.{kind}"
        audit.append(scoped.connection, desk.settings, done, by=by, subject=found[1], detail=detail)
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
    columns: list[Any] = [
        letter.c.sequence.label("letter_id"),
        letter.c.case_id,
        letter.c.kind,
        letter.c.template_version,
    ]
    columns += [letter.c.by_whom, letter.c.at, case_.c.case_no, letter_contents.c.contents_sha256]
    columns.append(case((letter.c.kind == "correction", letter_contents.c.contents)).label("says"))
    query = select(*columns).join(case_, case_.c.case_id == letter.c.case_id).join(letter_contents)
    query = query.where(condition, scope.where()).order_by(letter.c.sequence)
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(query).mappings().all()
        steps = select(letter_event).where(letter_event.c.letter_id.in_([row["letter_id"] for row in rows]))
        events: dict[int, list[LetterEvent]] = {}
        for step in scoped.connection.execute(steps.order_by(letter_event.c.sequence)).mappings():
            told = {name: step[name] for name in LetterEvent.__dataclass_fields__}
            events.setdefault(step["letter_id"], []).append(LetterEvent(**told))
    return [_letter(row, events.get(row["letter_id"], [])) for row in rows]


def _letter(row: RowMapping, events: list[LetterEvent]) -> Letter:
    told = {name: value for name, value in row.items() if name != "says"}
    return Letter(**told, events=events, provider=json.loads(row["says"])["addressee"] if row["says"] else None)
