"""From an export that was asked for to its file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from core.errors import OperatorError
from core.moment import SHANGHAI, now
from ledger import exports, jobs, users
from ledger.exports import Export
from ledger.jobs import Job
from ledger.refusals import refused
from ledger.run import Ledger
from ledger.scope import Scope
from workbench.exports.clear import Opened
from workbench.exports.files import FOLDER, file_of, left_of, seal_into
from workbench.exports.rows import Cell, batches
from workbench.exports.workbook import Manifest, Written, write_workbook
from workbench.house import House
from workbench.words.regions import scope_in_words


def ask_for(ledger: Ledger, export: Export, language: str, *, by: str) -> None:
    """Let a worker make the file of an export that may be made."""
    if export.may_be_made:
        jobs.ask(ledger, "export", {"export": export.sequence, "language": language}, by=by)


def make(house: House, job: Job, worker: str) -> dict[str, object]:
    """Write an export's workbook beside, put it in its place and record it; a clear one is sealed.

    Raises:
        OperatorError: there is no such export, or it is not approved and would have to be.
    """
    ledger = house.desk.ledger
    export = exports.get(ledger, int(job.payload["export"]))
    if export is None:
        raise OperatorError("export.unknown", "there is no such export", where="export", todo="ask for it again")
    if export.made_at is not None:
        return {"rows": export.row_count}
    if not export.may_be_made:
        raise refused("export.four_eyes", "this export is not approved", where=f"export {export.sequence}")
    for left in left_of(house.settings, export):
        left.unlink(missing_ok=True)
    opened = Opened(house, house.run()) if export.clear else None
    path = file_of(house.settings, export)
    beside = path.with_name(f"{export.sequence}.{worker}.tmp")
    try:
        written = _write(house, export, job, worker, beside, opened)
        os.chmod(beside, 0o600)
        sha256 = hashlib.sha256(beside.read_bytes()).hexdigest()
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    told: dict[str, Any] = {"path": f"{FOLDER}/{path.name}", "sha256": sha256, "rows": written.rows}
    if opened is None:
        exports.made(ledger, export.sequence, **told)
    else:
        scope = Scope(tuple(export.prefixes))
        exports.made_in_clear(house.desk, scope, export.sequence, **told, shown=opened.shown)
    return {"rows": written.rows}


def _write(house: House, export: Export, job: Job, worker: str, beside: Path, opened: Opened | None) -> Written:
    language = str(job.payload["language"])

    def rows() -> Iterator[list[list[Cell]]]:
        written = 0
        for batch in batches(house, export, language, opened):
            yield batch
            written += len(batch)
            jobs.progress(house.desk.ledger, job.sequence, worker, written, export.row_count)

    def manifest(done: Written) -> Manifest:
        return _manifest(house, export, language, done)

    if opened is None:
        return write_workbook(beside, rows(), language, manifest)
    kept = BytesIO()
    written = write_workbook(kept, rows(), language, manifest, mark=_mark(export, language))
    seal_into(beside, kept.getvalue(), house.desk.ledger, export)
    return written


def _mark(export: Export, language: str) -> str:
    if language == "zh":
        return f"含个人敏感信息 · 导出 {export.sequence} · {export.by_whom} 交 {export.recipient} · 不得转发"
    return f"Personal data · export {export.sequence} · {export.by_whom} for {export.recipient} · not to be passed on"


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
        ("个人信息" if zh else "Personal data", _personal(export, zh)),
        ("收件人" if zh else "Recipient", export.recipient or "—"),
        ("批准人" if zh else "Approved by", export.approved_by or "—"),
    ]


def _personal(export: Export, zh: bool) -> str:
    if not export.clear:
        return "姓名、证件号已隐去" if zh else "names and numbers are masked"
    if zh:
        return "户主姓名、证件号为明文；未满 14 周岁、年龄不明或已删除的仍隐去；每一户已记入审计"
    return (
        "heads' names and numbers are clear, save children under 14, unknown age and erased; each household is audited"
    )
