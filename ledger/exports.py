"""Exports: who took which rows away, approved by another person where they are clear or many; they expire."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from core.moment import now
from ledger import audit
from ledger.access_schema import export
from ledger.refusals import refusals, refused
from ledger.run import Ledger
from ledger.table_parts import appended

MANY = 5_000


@dataclass(frozen=True)
class Export:
    """One export: its filters and regions, whether values are clear, and the file once it is made."""

    sequence: int
    by_whom: str
    filters: dict[str, Any]
    prefixes: list[str]
    clear: bool
    row_count: int
    reason: str
    approved_by: str | None
    approved_at: datetime | None
    path: str | None
    sha256: str | None
    made_at: datetime | None
    expires_at: datetime | None
    downloads: int
    at: datetime

    @property
    def needs_approval(self) -> bool:
        """Whether another person must approve it: clear values, or more than 5,000 rows."""
        return self.clear or self.row_count > MANY

    @property
    def may_be_made(self) -> bool:
        """Whether the file may be made now."""
        return not self.needs_approval or self.approved_by is not None


_COLUMNS = [export.c[field.name] for field in fields(Export)]


def ask(
    ledger: Ledger, *, by: str, filters: dict[str, Any], prefixes: list[str], clear: bool, rows: int, reason: str
) -> int:
    """Ask for an export; its number. Audited."""
    row = {"by_whom": by, "filters": filters, "prefixes": prefixes, "clear": clear, "row_count": rows}
    row |= {"reason": reason, "downloads": 0, "at": now()}

    def write(connection: Connection) -> int:
        export_id = appended(connection, export, row)
        _tell(connection, ledger, "export.asked", by, export_id, {"rows": rows, "clear": clear, "reason": reason})
        return export_id

    with refusals("export"):
        return ledger.write_all(write)


def approve(ledger: Ledger, export_id: int, *, by: str) -> None:
    """Let an export be made; audited.

    Raises:
        OperatorError: the same person asked for it, or it is approved already.
    """
    found = get(ledger, export_id)
    if found is None or found.by_whom == by or found.approved_by is not None:
        raise refused("export.four_eyes", "another person approves an export, once", where=f"export {export_id}")
    _change(ledger, export_id, {"approved_by": by, "approved_at": now()}, "export.approved", by)


def made(ledger: Ledger, export_id: int, *, path: str, sha256: str, rows: int) -> None:
    """Record the file of an export; it expires after `export_days`.

    Raises:
        OperatorError: it is not approved and would have to be.
    """
    found = get(ledger, export_id)
    if found is None or not found.may_be_made:
        raise refused("export.four_eyes", "this export is not approved", where=f"export {export_id}")
    until = now() + timedelta(days=ledger.settings.export_days)
    values = {"path": path, "sha256": sha256, "row_count": rows, "made_at": now(), "expires_at": until}
    _change(ledger, export_id, values, "export.made", found.by_whom)


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


def _change(ledger: Ledger, export_id: int, values: dict[str, Any], act: str, by: str) -> None:
    def write(connection: Connection) -> None:
        connection.execute(export.update().where(export.c.sequence == export_id).values(values))
        _tell(connection, ledger, act, by, export_id, {})

    with refusals(f"export {export_id}"):
        ledger.write_all(write)


def _tell(connection: Connection, ledger: Ledger, act: str, by: str, export_id: int, detail: dict[str, Any]) -> None:
    audit.append(connection, ledger.settings, act, by=by, subject=f"export {export_id}", detail=detail)
