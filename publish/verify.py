"""Whether a published folder is still what its manifest says; erasing keys does not change that, editing does."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from core.settings import Settings
from ledger import audit, audit_heads, audited_records, runs
from ledger.audit import ChainReport
from ledger.run import Ledger
from publish.equality import COMPARED, findings_hash
from publish.folder import MANIFEST, sha256_of
from publish.manifest import read_manifest


@dataclass(frozen=True)
class FolderReport:
    """What is wrong with one published folder; nothing, if it is whole."""

    run_id: str
    problems: list[str]

    @property
    def whole(self) -> bool:
        """Whether every file is as published."""
        return not self.problems

    def as_record(self) -> dict[str, Any]:
        """Flat fields for `--json`."""
        return {**asdict(self), "whole": self.whole}


def verify_run(folder: Path, *, ledger: Ledger | None = None) -> FolderReport:
    """Recompute every hash of the manifest; with a ledger also the manifest's own, as recorded at the switch."""
    manifest = read_manifest(folder)
    there = {file.name for file in folder.iterdir()} - {MANIFEST}
    problems = [f"{name} is not in the manifest" for name in sorted(there - manifest["files"].keys())]
    for name, said in sorted(manifest["files"].items()):
        if name not in there:
            problems.append(f"{name} is missing")
        elif sha256_of(folder / name) != said["sha256"]:
            problems.append(f"{name} was changed after publishing")
    if not problems:
        tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in COMPARED}
        if findings_hash(tables) != manifest["findings_hash"]:
            problems.append("the findings are not those the manifest was made for")
    if ledger is not None and _recorded(ledger, manifest["run_id"]) != sha256_of(folder / MANIFEST):
        problems.append("the manifest is not the one that the ledger recorded")
    return FolderReport(manifest["run_id"], problems)


def verify_audit(ledger: Ledger, settings: Settings) -> ChainReport:
    """The audit chain held against every head kept outside the database, and decisions and reveals against the chain.

    Finds any entry changed, removed or moved, the last one cut off, the whole chain written anew, a forged head, and
    a decision or reveal that differs from what the chain says, if the login sees them all; tells what lies after the
    last published anchor. Reads nothing but the chain where it may read nothing else.
    """
    anchors = [read_manifest(folder)["audit_head"] for folder in _folders(settings)]
    newest = audit_heads.kept(settings)
    heads = [*anchors, newest] if newest else anchors
    report = audit.verify(ledger, [(int(head["sequence"]), str(head["entry_hash"])) for head in heads])
    signed = [head for head in heads if "signature" in head]
    anchored = max((int(head["sequence"]) for head in anchors), default=0)
    report = replace(report, anchored=anchored, after_anchor=audit.acts_after(ledger, anchored))
    problems = (
        ["a head kept outside was forged"] if not all(audit_heads.genuine(settings, one) for one in signed) else []
    )
    if signed and newest is None:
        problems.append(f"the newest head is gone from {audit_heads.head_file(settings)}")
    if compared := audited_records.comparable(ledger):
        problems += audited_records.faults(ledger)
    report = replace(report, compared=compared)
    if not report.whole or not problems:
        return report
    return replace(report, whole=False, what="; ".join(problems))


def _folders(settings: Settings) -> list[Path]:
    """Every placed run's folder, by the disk alone: not every login sees the runs."""
    return sorted(one.parent for one in (settings.home / "runs").glob(f"[!.]*/{MANIFEST}"))


def _recorded(ledger: Ledger, run_id: str) -> str | None:
    told = [one for one in runs.events(ledger, run_id) if "manifest_sha256" in one.detail]
    return str(told[-1].detail["manifest_sha256"]) if told else None
