"""From an export that was asked for to its file, and the end of files whose days are over."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from core.errors import OperatorError
from core.moment import SHANGHAI, now
from core.settings import Settings
from ledger import exports, jobs, users
from ledger.exports import Export
from ledger.jobs import Job
from ledger.run import Ledger
from workbench.exports.rows import Cell, batches
from workbench.exports.workbook import Manifest, Written, write_workbook
from workbench.house import House
from workbench.words.regions import scope_in_words

FOLDER = "exports"


def ask_for(ledger: Ledger, export: Export, language: str, *, by: str) -> None:
    """Let a worker make the file of an export that may be made."""
    if export.may_be_made:
        jobs.ask(ledger, "export", {"export": export.sequence, "language": language}, by=by)


def make(house: House, job: Job, worker: str) -> dict[str, object]:
    """Write an export's workbook beside, put it in its place and record it.

    Raises:
        OperatorError: there is no such export, or it is not approved and would have to be.
    """
    ledger = house.desk.ledger
    export = exports.get(ledger, int(job.payload["export"]))
    if export is None:
        raise OperatorError("export.unknown", "there is no such export", where="export", todo="ask for it again")
    language = str(job.payload["language"])
    path = file_of(house.settings, export.sequence)
    beside = path.with_suffix(f".{worker}.tmp")

    def rows() -> Iterator[list[list[Cell]]]:
        written = 0
        for batch in batches(house, export, language):
            yield batch
            written += len(batch)
            jobs.progress(ledger, job.sequence, worker, written, export.row_count)

    try:
        written = write_workbook(beside, rows(), language, lambda done: _manifest(house, export, language, done))
        os.chmod(beside, 0o600)
        sha256 = hashlib.sha256(beside.read_bytes()).hexdigest()
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    exports.made(ledger, export.sequence, path=f"{FOLDER}/{path.name}", sha256=sha256, rows=written.rows)
    return {"rows": written.rows}


def file_of(settings: Settings, export_id: int) -> Path:
    """Where an export's workbook lies."""
    return settings.folder(FOLDER) / f"{export_id}.xlsx"


def sweep(ledger: Ledger, settings: Settings) -> int:
    """Delete the files whose days are over, and what a killed worker left a day ago; how many."""
    over = {one.sequence for one in exports.listed(ledger) if one.expires_at is not None and one.expires_at <= now()}
    folder = settings.folder(FOLDER)
    yesterday = (now() - timedelta(days=1)).timestamp()
    gone = [file_of(settings, one) for one in over if file_of(settings, one).exists()]
    gone += [path for path in folder.glob("*.tmp") if path.stat().st_mtime < yesterday]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _manifest(house: House, export: Export, language: str, written: Written) -> Manifest:
    run = house.run()
    user = users.get(house.desk.ledger, export.by_whom)
    who = export.by_whom if user is None else f"{user.display_name}（{export.by_whom}）"
    filters = "；".join(f"{name}={value}" for name, value in sorted(export.filters.items()) if value)
    zh = language == "zh"
    return [
        ("导出编号" if zh else "Export", str(export.sequence)),
        ("导出人" if zh else "By", who),
        ("导出时间" if zh else "At", f"{now().astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"),
        ("用途" if zh else "Purpose", export.reason),
        ("筛选" if zh else "Filters", filters),
        ("辖区" if zh else "Regions", scope_in_words(export.prefixes, language)),
        ("批次" if zh else "Run", f"{run.run_id}（{run.as_of}）"),
        ("行数" if zh else "Rows", str(written.rows)),
        ("内容摘要 SHA-256" if zh else "SHA-256 of the rows", written.rows_sha256),
        ("个人信息" if zh else "Personal data", "姓名、证件号已隐去" if zh else "names and numbers are masked"),
        ("批准人" if zh else "Approved by", export.approved_by or "—"),
    ]
