"""The audit of administrative acts: one chain of keyed hashes, so that no entry can be changed, slipped in or lost."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import polars as pl
from sqlalchemy import Connection, func, select

from core.errors import OperatorError
from core.moment import now
from core.sealing import derive, master_key
from core.settings import Settings
from ledger.audit_heads import keep
from ledger.run import AFTER_COMMIT, Ledger
from ledger.schema import audit_entry

START = "0" * 64


@dataclass(frozen=True)
class ChainReport:
    """Whether the chain holds; `broken_at` is the first entry that does not follow from the one before.

    `anchored` is the last entry that a published manifest vouches for, `after_anchor` counts the acts behind it: on
    those only the newest head kept outside the database stands. `compared` says whether decisions, reveals and exports
    were held against the chain: not every login sees them all, and who does not cannot say.
    """

    whole: bool
    entries: int
    head: str
    broken_at: int | None
    what: str
    anchored: int = 0
    after_anchor: dict[str, int] = field(default_factory=dict)
    compared: bool = False

    def as_record(self) -> dict[str, object]:
        """The report as flat fields, for `--json` output."""
        return asdict(self)

    def __str__(self) -> str:
        place = "" if self.broken_at is None else f" at entry {self.broken_at}"
        mark = "✓" if self.whole else "✗"
        said = f"{mark} {self.what}{place} · {self.entries} entries · head {self.head[:12]}{self._after()}"
        unseen = "this login does not see every decision, reveal and export: they were not compared"
        return said if self.compared else f"{said} · {unseen}"

    def _after(self) -> str:
        if not self.after_anchor:
            return ""
        acts = ", ".join(f"{act} {count}" for act, count in self.after_anchor.items())
        return f" · after the last anchor ({self.anchored}): {acts}"


def append(
    connection: Connection, settings: Settings, act: str, *, by: str, subject: str, detail: dict[str, Any]
) -> str:
    """Append one act within an open write transaction (which is the only one) and return the new head of the chain.

    Raises:
        OperatorError: nobody is named.
    """
    if not by.strip():
        raise OperatorError("audit.nobody", "an administrative act needs a person", where=act, todo="give your name")
    sequence, previous = _head(connection)
    at = now()
    entry_hash = _hash(settings, [sequence + 1, at.isoformat(), act, by, subject, detail, previous])
    connection.execute(
        audit_entry.insert().values(
            sequence=sequence + 1,
            at=at,
            act=act,
            by_whom=by,
            subject=subject,
            detail=detail,
            previous_hash=previous,
            entry_hash=entry_hash,
        )
    )
    connection.info[AFTER_COMMIT] = partial(keep, settings, sequence + 1, entry_hash)
    return entry_hash


def record(ledger: Ledger, act: str, *, by: str, subject: str, detail: dict[str, Any]) -> str:
    """`append` in a transaction of its own, for acts that change nothing else in the ledger."""
    return ledger.write_all(
        lambda connection: append(connection, ledger.settings, act, by=by, subject=subject, detail=detail)
    )


def head(connection: Connection) -> dict[str, Any]:
    """`{"sequence": n, "entry_hash": …}`: what a published manifest keeps as an anchor."""
    sequence, entry_hash = _head(connection)
    return {"sequence": sequence, "entry_hash": entry_hash}


def verify(ledger: Ledger, anchors: Iterable[tuple[int, str]] = ()) -> ChainReport:
    """Recompute the chain; `anchors` are heads kept elsewhere (manifests), which find a tail that was cut off."""
    kept: dict[int, set[str]] = {}
    for sequence, entry_hash in anchors:
        kept.setdefault(sequence, set()).add(entry_hash)
    previous, count = START, 0
    with ledger.read() as connection:
        for row in connection.execute(select(audit_entry).order_by(audit_entry.c.sequence)).mappings():
            count += 1
            body = [row["sequence"], _iso(row["at"]), row["act"], row["by_whom"], row["subject"], row["detail"]]
            follows = row["sequence"] == count and row["previous_hash"] == previous
            if not follows or _hash(ledger.settings, [*body, previous]) != row["entry_hash"]:
                return ChainReport(False, count, previous, count, "an entry was changed, removed or slipped in")
            previous = row["entry_hash"]
            if kept.pop(count, {previous}) != {previous}:
                return ChainReport(False, count, previous, count, "the chain differs from a head kept in a manifest")
    missing = min((sequence for sequence in kept if sequence > 0), default=None)
    if missing is not None:
        return ChainReport(False, count, previous, missing, "entries that a manifest has seen are gone")
    return ChainReport(True, count, previous, None, "the chain is whole")


def acts_after(ledger: Ledger, sequence: int) -> dict[str, int]:
    """How many of which acts stand behind an entry, by act."""
    query = select(audit_entry.c.act, func.count()).where(audit_entry.c.sequence > sequence)
    with ledger.read() as connection:
        rows = connection.execute(query.group_by(audit_entry.c.act).order_by(audit_entry.c.act))
        return {row[0]: row[1] for row in rows}


def entries(ledger: Ledger) -> pl.DataFrame:
    """All acts in order: sequence, at, act, by_whom, subject, detail (JSON text)."""
    columns = [audit_entry.c[name] for name in ("sequence", "at", "act", "by_whom", "subject", "detail")]
    with ledger.read() as connection:
        rows = connection.execute(select(*columns).order_by(audit_entry.c.sequence)).all()
    plain = [(*row[:5], json.dumps(row[5], ensure_ascii=False, sort_keys=True)) for row in rows]
    schema: dict[str, Any] = {
        "sequence": pl.Int64,
        "at": pl.Datetime("us", "UTC"),
        "act": pl.String,
        "by_whom": pl.String,
        "subject": pl.String,
        "detail": pl.String,
    }
    return pl.DataFrame(plain, schema=schema, orient="row")


def _head(connection: Connection) -> tuple[int, str]:
    last = select(audit_entry.c.sequence, audit_entry.c.entry_hash).order_by(audit_entry.c.sequence.desc()).limit(1)
    row = connection.execute(last).first()
    return (row[0], row[1]) if row else (0, START)


def _iso(at: datetime) -> str:
    return at.isoformat()


def _hash(settings: Settings, body: list[Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(derive(master_key(settings), "audit"), text.encode(), hashlib.sha256).hexdigest()
