"""Exports: who took which rows away, approved by another person where they are clear or many; they expire.

A clear export names its recipient, holds few rows, lasts hours, and is made in the transaction that records whose
values it holds (`export_reveal`), with their number and hash in the audit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from core.moment import now
from ledger import audit
from ledger.access_schema import export
from ledger.audited_records import rows_hash
from ledger.dealing_schema import export_reveal
from ledger.desk import Desk, Scoped
from ledger.refusals import refusals, refused
from ledger.run import Ledger
from ledger.scope import Scope
from ledger.table_parts import appended

MANY = 5_000
CLEAR_FIELDS = "name id_number"


class Shown(NamedTuple):
    """Whose name and number an export holds in the clear."""

    case_id: int
    person_key: str


@dataclass(frozen=True)
class Export:
    """One export: its filters and regions, whether values are clear and for whom, and the file once it is made."""

    sequence: int
    by_whom: str
    filters: dict[str, Any]
    prefixes: list[str]
    clear: bool
    row_count: int
    reason: str
    recipient: str | None
    approved_by: str | None
    approved_at: datetime | None
    path: str | None
    sha256: str | None
    made_at: datetime | None
    expires_at: datetime | None
    downloads: int
    at: datetime
    refused_by: str | None
    refused_why: str | None
    refused_at: datetime | None

    @property
    def needs_approval(self) -> bool:
        """Whether another person must approve it: clear values, or more than 5,000 rows."""
        return self.clear or self.row_count > MANY

    @property
    def may_be_made(self) -> bool:
        """Whether the file may be made now."""
        return self.refused_by is None and (not self.needs_approval or self.approved_by is not None)

    @property
    def waits(self) -> bool:
        """Whether another person has yet to approve or refuse it."""
        return self.refused_by is None and not self.may_be_made


_COLUMNS = [export.c[field.name] for field in fields(Export)]


def ask(
    ledger: Ledger,
    *,
    by: str,
    filters: dict[str, Any],
    prefixes: list[str],
    clear: bool,
    rows: int,
    reason: str,
    recipient: str | None = None,
) -> int:
    """Ask for an export; its number. Audited.

    Raises:
        OperatorError: no reason, or for clear values no recipient or more rows than `clear_export_rows`.
    """
    if clear and rows > ledger.settings.clear_export_rows:
        raise refused("export.too_many", "too many rows for clear values", where="export")
    row = {"by_whom": by, "filters": filters, "prefixes": prefixes, "clear": clear, "row_count": rows}
    row |= {"reason": reason, "recipient": recipient if clear else None, "downloads": 0, "at": now()}

    def write(connection: Connection) -> int:
        export_id = appended(connection, export, row)
        told = {"rows": rows, "clear": clear, "reason": reason, "recipient": row["recipient"]}
        _tell(connection, ledger, "export.asked", by, export_id, told)
        return export_id

    with refusals("export"):
        return ledger.write_all(write)


def approve(ledger: Ledger, export_id: int, *, by: str) -> None:
    """Let an export be made; audited.

    Raises:
        OperatorError: the same person asked for it, or it was approved or refused already.
    """
    _answerable(ledger, export_id, by)
    _change(ledger, export_id, {"approved_by": by, "approved_at": now()}, "export.approved", by)


def refuse(ledger: Ledger, export_id: int, *, by: str, why: str) -> None:
    """Refuse an export that waits for approval; whoever asked for it reads why. Audited.

    Raises:
        OperatorError: no reason, the same person asked for it, or it was approved or refused already.
    """
    if not why.strip():
        raise refused("export.why_refused", "a refusal says why", where=f"export {export_id}")
    _answerable(ledger, export_id, by)
    values = {"refused_by": by, "refused_why": why.strip(), "refused_at": now()}
    _change(ledger, export_id, values, "export.refused", by, {"reason": why.strip()})


def made(ledger: Ledger, export_id: int, *, path: str, sha256: str, rows: int) -> None:
    """Record the file of a masked export; it expires after `export_days`.

    Raises:
        OperatorError: it is not approved and would have to be.
    """
    found = get(ledger, export_id)
    if found is None or found.clear or not found.may_be_made:
        raise refused("export.four_eyes", "this export is not approved", where=f"export {export_id}")
    until = now() + timedelta(days=ledger.settings.export_days)
    values = {"path": path, "sha256": sha256, "row_count": rows, "made_at": now(), "expires_at": until}
    _change(ledger, export_id, values, "export.made", found.by_whom)


def made_in_clear(
    desk: Desk, scope: Scope, export_id: int, *, path: str, sha256: str, rows: int, shown: Collection[Shown]
) -> None:
    """Record the file of a clear export and, in the same transaction, whose values it holds; audited by hash.

    It expires after `clear_export_hours`.

    Raises:
        OperatorError: it is not approved, or was made before.
    """
    found = get(desk.ledger, export_id)
    if found is None or not found.may_be_made:
        raise refused("export.four_eyes", "this export is not approved", where=f"export {export_id}")
    until = now() + timedelta(hours=desk.settings.clear_export_hours)
    values = {"path": path, "sha256": sha256, "row_count": rows, "made_at": now(), "expires_at": until}
    common = {"export_id": export_id, "fields": CLEAR_FIELDS, "reason": found.reason, "actor": found.by_whom}
    opened = [{**common, **one._asdict(), "at": now()} for one in shown]

    def write(scoped: Scoped) -> None:
        connection = scoped.connection
        for row in opened:
            appended(connection, export_reveal, row)
        told = {"export": export_id, "rows": len(opened), "sha256": rows_hash(export_reveal, opened)}
        _tell(connection, desk.ledger, "export.revealed", found.by_whom, export_id, told)
        connection.execute(export.update().where(export.c.sequence == export_id).values(values))
        _tell(connection, desk.ledger, "export.made", found.by_whom, export_id, {})

    desk.write_all(scope, f"export {export_id}", write)


def key_id(export_id: int) -> str:
    """The name of the key under which a clear export lies."""
    return f"export:{export_id}"


def over(ledger: Ledger) -> list[Export]:
    """Clear exports whose hours are over."""
    return _select(ledger, export.c.clear & (export.c.expires_at <= now()))


def downloaded(ledger: Ledger, export_id: int, *, by: str) -> None:
    """Count a download; audited.

    Raises:
        OperatorError: the file was never made or has expired.
    """
    found = get(ledger, export_id)
    if found is None or found.expires_at is None or found.expires_at < now():
        raise refused("export.expired", "this export has no file any more", where=f"export {export_id}")
    _change(ledger, export_id, {"downloads": found.downloads + 1}, "export.downloaded", by)


def get(ledger: Ledger, export_id: int) -> Export | None:
    """The export of this number."""
    return next(iter(_select(ledger, export.c.sequence == export_id)), None)


def listed(ledger: Ledger, *, by: str | None = None) -> list[Export]:
    """Exports, newest first, of one person where named."""
    return _select(ledger, export.c.by_whom == by if by is not None else export.c.sequence > 0)


def _select(ledger: Ledger, condition: Any) -> list[Export]:
    query = select(*_COLUMNS).where(condition).order_by(export.c.sequence.desc())
    with ledger.read() as connection:
        return [Export(**row) for row in connection.execute(query).mappings()]


def _answerable(ledger: Ledger, export_id: int, by: str) -> None:
    found = get(ledger, export_id)
    if found is None or found.by_whom == by or not found.waits:
        raise refused("export.four_eyes", "another person answers an export, once", where=f"export {export_id}")


def _change(
    ledger: Ledger, export_id: int, values: dict[str, Any], act: str, by: str, detail: dict[str, Any] | None = None
) -> None:
    def write(connection: Connection) -> None:
        connection.execute(export.update().where(export.c.sequence == export_id).values(values))
        _tell(connection, ledger, act, by, export_id, detail or {})

    with refusals(f"export {export_id}"):
        ledger.write_all(write)


def _tell(connection: Connection, ledger: Ledger, act: str, by: str, export_id: int, detail: dict[str, Any]) -> None:
    audit.append(connection, ledger.settings, act, by=by, subject=f"export {export_id}", detail=detail)
