"""Decisions, reveals and what exports showed, held against the audit chain, which keeps a hash of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger.case_schema import decision, flag_verdict
from ledger.dealing_schema import export_reveal, reveal
from ledger.logins import sees_all
from ledger.run import Ledger
from ledger.schema import audit_entry

_ACTS: dict[str, tuple[str, Table]] = {
    "case.decided": ("decision", decision),
    "field.revealed": ("reveal", reveal),
    "export.revealed": ("export", export_reveal),
}


def record_hash(table: Table, row: Mapping[str, Any], parts: Iterable[tuple[int, str]] = ()) -> str:
    """SHA-256 over the values of a row (its number left out) and what belongs to it, as they were written."""
    body: list[Any] = [[column.name, _plain(row[column.name])] for column in table.c if column.name != "sequence"]
    text = json.dumps([*body, *sorted(parts)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rows_hash(table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the hashes of several rows in their order, for acts that write many."""
    return hashlib.sha256("".join(record_hash(table, row) for row in rows).encode()).hexdigest()


def comparable(ledger: Ledger) -> bool:
    """Whether this login sees every decision, reveal and export: the ledger's owner does, the logins beside it not."""
    with ledger.read() as connection:
        return sees_all(connection, decision.name, flag_verdict.name, reveal.name, export_reveal.name)


def faults(ledger: Ledger) -> list[str]:
    """Where decisions, reveals and exports differ from the chain; to be asked only where they are `comparable`."""
    found = []
    with ledger.read() as connection:
        for act, (name, table) in _ACTS.items():
            told = _told(connection, act, name)
            there = _there(connection, table)
            found += [f"{name} {number} was removed" for number in sorted(told.keys() - there.keys())]
            found += [f"{name} {number} was slipped in" for number in sorted(there.keys() - told.keys())]
            found += [f"{name} {n} was changed" for n in sorted(told.keys() & there.keys()) if told[n] != there[n]]
    return found


def _told(connection: Connection, act: str, name: str) -> dict[int, str]:
    query = select(audit_entry.c.detail).where(audit_entry.c.act == act)
    told = [detail for detail in connection.execute(query).scalars() if detail.get("rows") != 0]
    return {int(detail[name]): str(detail["sha256"]) for detail in told}


def _there(connection: Connection, table: Table) -> dict[int, str]:
    verdicts: dict[int, list[tuple[int, str]]] = {}
    if table is decision:
        for one in connection.execute(select(flag_verdict)).mappings():
            verdicts.setdefault(one["decision_id"], []).append((one["flag_id"], one["verdict"]))
    rows = connection.execute(select(table).order_by(table.c.sequence)).mappings()
    if table is export_reveal:
        by_export: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            by_export.setdefault(row["export_id"], []).append(dict(row))
        return {number: rows_hash(table, listed) for number, listed in by_export.items()}
    return {row["sequence"]: record_hash(table, dict(row), verdicts.get(row["sequence"], ())) for row in rows}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
