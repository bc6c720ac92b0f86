"""Replay: compute a published run again from what is stored, at the same two clocks, and say whether it is the same."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from core.errors import OperatorError, replace_engine_error
from core.moment import RunKind
from core.settings import Settings
from ledger import extracts, runs
from ledger.run import Ledger
from ledger.runs import Run
from publish import folder as folders
from publish.equality import findings_hash
from publish.folder import MANIFEST, run_folder
from publish.manifest import code_version, read_manifest, text_hashes
from publish.policy_sets import as_asked
from rules.run import ask
from warehouse.database import open_database
from warehouse.run import join

_KEPT = ("published", "rejected", "recalled")


@dataclass(frozen=True)
class Outcome:
    """One replay. `changed` names inputs that are not as they were, which a difference must be read with."""

    run_id: str
    replay_id: str
    finding_key: str | None
    same: bool
    published: str
    replayed: str
    changed: list[str]

    def as_record(self) -> dict[str, Any]:
        """Flat fields for `--json`."""
        return asdict(self)

    def __str__(self) -> str:
        what = f"{self.run_id} {self.finding_key or ''}".strip()
        said = "same" if self.same else f"different: {self.published[:12]} became {self.replayed[:12]}"
        because = f" · changed since: {', '.join(self.changed)}" if self.changed else ""
        return f"{what} {said}{because}"


def replay(run_or_finding: str | None, *, ledger: Ledger, settings: Settings) -> list[Outcome]:
    """Replay one run, the run a finding was last seen in (comparing that finding), or, with None, every kept run.

    A replay is a run of kind replay: it joins and asks anew from extracts, publishes nothing and changes no life.

    Raises:
        OperatorError: there is no such published run or finding.
    """
    kept = [run for run in runs.list_runs(ledger) if run.state in _KEPT and _folder(settings, run).exists()]
    if run_or_finding is None:
        return [_replay(run, None, ledger=ledger, settings=settings) for run in kept]
    for run in kept:
        if run.run_id == run_or_finding:
            return [_replay(run, None, ledger=ledger, settings=settings)]
    for run in reversed(kept):
        keys = pl.read_parquet(run_folder(settings, run.run_id) / "finding.parquet", columns=["finding_key"])
        matches = keys["finding_key"].filter(keys["finding_key"].str.starts_with(run_or_finding))
        if matches.len() == 1:
            return [_replay(run, str(matches[0]), ledger=ledger, settings=settings)]
    raise OperatorError(
        "replay.unknown", "no kept run or finding has this name", where=run_or_finding, todo="check the id"
    )


def _replay(run: Run, finding_key: str | None, *, ledger: Ledger, settings: Settings) -> Outcome:
    manifest = read_manifest(run_folder(settings, run.run_id))
    options = {**run.options, "replays": run.run_id}
    asking = as_asked(settings, manifest["texts"])
    replay_id = runs.begin(ledger, run.moment, RunKind.REPLAY, run.request, sources=run.sources, options=options)
    try:
        join(replay_id, ledger=ledger, settings=settings)
        warehouse = ask(replay_id, ledger=ledger, settings=asking)
        runs.add_event(ledger, replay_id, "asked", {})
        anew = _tables(warehouse, settings)
    finally:
        shutil.rmtree(settings.home / "work" / replay_id, ignore_errors=True)
    if finding_key is None:
        before, after = str(manifest["findings_hash"]), findings_hash(anew)
    else:
        published = {name: pl.read_parquet(_file(settings, run, name)) for name in anew}
        before, after = _one(published, finding_key), _one(anew, finding_key)
    changed = _changed(manifest, ledger=ledger, settings=asking)
    return Outcome(run.run_id, replay_id, finding_key, before == after, before, after, changed)


def _tables(warehouse: Path, settings: Settings) -> dict[str, pl.DataFrame]:
    connection = open_database(warehouse, settings)
    try:
        with replace_engine_error("replay.engine", where=warehouse.parent.name):
            finding: pl.DataFrame = connection.sql("select * from finding").pl()
            evidence: pl.DataFrame = connection.sql("select * from evidence semi join finding using (finding_key)").pl()
    finally:
        connection.close()
    return {"finding": finding, "evidence": evidence}


def _one(tables: dict[str, pl.DataFrame], finding_key: str) -> str:
    chosen = {name: frame.filter(pl.col("finding_key") == finding_key) for name, frame in tables.items()}
    return findings_hash(chosen) if chosen["finding"].height else "no such finding"


def _changed(manifest: dict[str, Any], *, ledger: Ledger, settings: Settings) -> list[str]:
    now, then = text_hashes(settings), manifest["texts"]
    texts = sorted(f"rules/{path}" for path in now.keys() | then.keys() if now.get(path) != then.get(path))
    known = {(one.delivery_id, one.subject_set_id, one.transform_version) for one in extracts.find(ledger)}
    used = {(one["delivery_id"], one["subject_set_id"], one["transform_version"]) for one in manifest["extracts"]}
    deliveries = {one["delivery_id"] for one in manifest["extracts"]}
    newer = sorted({f"extract of {one[0]}" for one in known - used if one[0] in deliveries})
    code = [] if code_version() == manifest["code_version"] else [f"code {manifest['code_version']} → {code_version()}"]
    return [*texts, *newer, *code]


def _folder(settings: Settings, run: Run) -> Path:
    return run_folder(settings, run.run_id) / MANIFEST


def _file(settings: Settings, run: Run, name: str) -> Path:
    return folders.existing(settings, run.run_id) / f"{name}.parquet"
