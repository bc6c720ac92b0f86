"""What the ledger keeps of an extract: the last step, after the files stand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.moment import now
from core.settings import Settings
from ledger import deliveries, extracts, health
from ledger.run import Ledger
from transforms.extract_files import Written, write_subject_set
from transforms.subject_set import Subjects


@dataclass(frozen=True)
class Kept:
    """An extract whose folder stands and is not recorded yet: the hashes of its files, its account and health."""

    delivery_id: str
    version: str
    folder: Path
    written: Written
    account: dict[str, int]
    health: dict[str, Any]


def record(kept: Kept, subjects: Subjects, *, ledger: Ledger, settings: Settings) -> None:
    """Who was looked for, health, the event and the extract in one transaction: all of it or nothing, never twice."""
    one, subject_set_id = kept.delivery_id, subjects.subject_set_id
    listed = _listed(subjects, settings).relative_to(settings.home).as_posix()
    path = kept.folder.relative_to(settings.home).as_posix()
    hashes = (kept.written.sha256_rows, kept.written.sha256_sealed)
    detail = {"subject_set_id": subject_set_id, "transform_version": kept.version}

    def write(connection: Connection) -> None:
        at = now()
        extracts.record_subject_set_within(connection, subject_set_id, subjects.person_count, listed)
        health.record_within(connection, one, subject_set_id, kept.account, kept.health)
        seen = deliveries.events_within(connection, one)
        if not any(event.kind == "extracted" and event.detail == detail for event in seen):
            deliveries.add_event_within(connection, one, "extracted", detail, at)
        new = extracts.Extract(one, subject_set_id, kept.version, path, *hashes, kept.account, at)
        extracts.record_within(connection, new)

    ledger.write_all(write)


def _listed(subjects: Subjects, settings: Settings) -> Path:
    """Keep who is looked for: `subjects/<subject_set_id>.parquet` (person_key, fingerprint)."""
    path = settings.folder("subjects") / f"{subjects.subject_set_id}.parquet"
    if not path.exists():
        write_subject_set(path, subjects.fingerprints)
    return path
