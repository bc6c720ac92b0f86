"""The manifest: what went in, what came out, and by which rules, parameters and code."""

from __future__ import annotations

import hashlib
import json
import subprocess
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

from core.settings import ROOT, Settings
from ledger import extracts
from ledger.audit_heads import signed
from ledger.run import Ledger
from ledger.runs import Run
from publish.equality import findings_hash
from publish.figures import Figures
from publish.folder import MANIFEST, sha256_of
from publish.gate import Verdict

FORMAT = 1


def write_manifest(
    folder: Path,
    run: Run,
    *,
    rows: dict[str, int],
    figures: Figures,
    verdict: Verdict,
    audit_head: dict[str, Any],
    ledger: Ledger,
    settings: Settings,
) -> dict[str, Any]:
    """Write `manifest.json` over the files that stand in the folder, and give it back."""
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("finding", "evidence")}
    deliveries = pl.read_parquet(folder / "run_delivery.parquet")
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "known_at": run.known_at.isoformat(),
        "kind": run.kind.value,
        "request": run.request,
        "sources": run.sources,
        "options": run.options,
        "accepted": verdict.accepted,
        "reasons": verdict.reasons,
        "banners": verdict.banners,
        "findings_hash": findings_hash(tables),
        "figures": figures.as_record(),
        "files": {file.name: _file(file, rows) for file in sorted(folder.iterdir()) if file.name != MANIFEST},
        "deliveries": _deliveries(deliveries),
        "extracts": _extracts(ledger, set(deliveries.filter("used")["delivery_id"])),
        "texts": text_hashes(settings),
        "code_version": code_version(),
        "audit_head": signed(settings, int(audit_head["sequence"]), str(audit_head["entry_hash"])),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published folder."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def text_hashes(settings: Settings) -> dict[str, str]:
    """SHA-256 of every rule page, card, term and parameter file, by its path below the rules folder."""
    pages = [path for kind in ("*.sql", "*.yml") for path in settings.rules_folder.rglob(kind)]
    return {str(path.relative_to(settings.rules_folder)): sha256_of(path) for path in sorted(pages)}


@cache
def code_version() -> str:
    """The git commit of the checkout, marked when it holds changes; else, as in an image, the package's version with a
    hash over the source text: two builds of one version are told apart.
    """
    with suppress(FileNotFoundError):  # an image has no git
        command = ["git", "describe", "--always", "--dirty", "--abbrev=40"]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if said.returncode == 0:
            return f"git {said.stdout.strip()}"
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("[!.]*/**/*.py")):
        digest.update(path.read_bytes())
    with suppress(PackageNotFoundError):
        return f"hedui {version('hedui')} text {digest.hexdigest()}"
    return f"text {digest.hexdigest()}"


def _file(file: Path, rows: dict[str, int]) -> dict[str, Any]:
    return {"rows": rows[file.name.split(".")[0]], "bytes": file.stat().st_size, "sha256": sha256_of(file)}


def _deliveries(deliveries: pl.DataFrame) -> list[dict[str, Any]]:
    kept = deliveries.select("delivery_id", "source", "file_name", "sha256", "state", "used", "rows")
    return kept.sort("source", "delivery_id").to_dicts()


def _extracts(ledger: Ledger, used: set[str]) -> list[dict[str, str]]:
    found = [
        {
            "delivery_id": one.delivery_id,
            "subject_set_id": one.subject_set_id,
            "transform_version": one.transform_version,
            "sha256_rows": one.sha256_rows,
        }
        for one in extracts.find(ledger)
        if one.delivery_id in used
    ]
    return sorted(found, key=lambda one: tuple(one.values()))
