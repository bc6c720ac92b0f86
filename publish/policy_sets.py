"""Released sets of rules and parameters: what a night asks is never the working copy but what a person released.

A set is every page, card, term, doubt and parameter file, known by a hash over their texts. Releasing copies them into
`policy/<hash>/`, read-only, and the ledger's audit keeps who released which set, when and why. Which set holds at an
instant follows from the audit alone, so a replay finds the texts its run was asked by.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from core.errors import OperatorError, PolicyError
from core.settings import Settings
from ledger import audit
from ledger.run import Ledger
from ledger.schema import audit_entry
from publish.manifest import text_hashes
from rules.card import Card
from rules.page_faults import page_faults
from rules.pages import load_pages
from rules.parameters import faults, load_parameters

RELEASED = "policy.released"
DEMONSTRATION = "演示"


@dataclass(frozen=True)
class Release:
    """One release: the set, its rules (code → version and state) and parameters (name → hash), by whom and why."""

    policy_set: str
    at: datetime
    by: str
    note: str
    rules: dict[str, str]
    parameters: dict[str, str]

    def as_record(self) -> dict[str, Any]:
        """Flat fields for `--json`."""
        return asdict(self)


def set_of(folder: Path, settings: Settings) -> str:
    """Sixteen hex digits over every text of a rules folder and its place in it."""
    return _named(_texts(folder, settings))


def as_asked(settings: Settings, texts: dict[str, str]) -> Settings:
    """The settings with the folder of the set that has these texts (a manifest's), where it is kept."""
    kept = settings.home / "policy" / _named(texts)
    return settings.model_copy(update={"rules_folder": kept}) if kept.exists() else settings


def _named(texts: dict[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{path} {sha}" for path, sha in sorted(texts.items())).encode()).hexdigest()[:16]


def release(ledger: Ledger, settings: Settings, *, by: str, note: str, folder: Path | None = None) -> Release:
    """Release the working set (or the set of `folder`); the next night asks it. Audited with rule → version.

    Raises:
        OperatorError: name or note is missing.
        PolicyError: parameters overlap or leave a hole, or a card does not hold.
        DefectError: a page does what no page may.
    """
    source = folder or settings.rules_folder
    if not by.strip() or not note.strip():
        raise OperatorError("policy.release", "a release needs a name and a note", where=str(source), todo="give both")
    pages, parameters = load_pages(source), load_parameters(source)
    if wrong := [*faults(parameters), *page_faults(source)]:
        raise wrong[0]
    kept = _keep(source, settings)
    detail = {
        "note": note.strip(),
        "rules": {page.card.code: f"{page.version} {page.card.released.state}" for page in pages},
        "parameters": {path: sha for path, sha in _texts(source, settings).items() if path.startswith("parameters/")},
    }
    audit.record(ledger, RELEASED, by=by.strip(), subject=kept.name, detail=detail)
    found = releases(ledger)
    return found[-1]


def releases(ledger: Ledger) -> list[Release]:
    """Every release in the order of the audit."""
    query = select(audit_entry).where(audit_entry.c.act == RELEASED).order_by(audit_entry.c.sequence)
    with ledger.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Release(
            row["subject"],
            row["at"],
            row["by_whom"],
            row["detail"]["note"],
            row["detail"]["rules"],
            row["detail"]["parameters"],
        )
        for row in rows
    ]


def released_at(ledger: Ledger, known_at: datetime | None = None) -> Release | None:
    """The last release, or the last one known at an instant; None where nothing was released by then."""
    found = [one for one in releases(ledger) if known_at is None or one.at <= known_at]
    return found[-1] if found else None


def asked_by(ledger: Ledger, settings: Settings, known_at: datetime) -> Settings:
    """The settings with the folder a run asks by: the set released as known at its instant.

    Where nothing was released by then the first set ever released holds, so that history may be loaded. The
    demonstration releases its working set on the first run; production never does.

    Raises:
        PolicyError: in production nothing was released yet.
        DefectError: the texts kept are not those that were released.
    """
    found = released_at(ledger, known_at) or next(iter(releases(ledger)), None)
    if found is None and settings.environment == "production":
        raise PolicyError(
            "policy.unreleased",
            "no set of rules was released",
            where="ledger",
            todo="run `hedui policy diff`, then `hedui policy release --by NAME --note WHY`",
        )
    if found is None:
        found = release(
            ledger, settings, by=DEMONSTRATION, note="演示环境首次运行自动发布 · first run of a demonstration"
        )
    return settings.model_copy(update={"rules_folder": kept_folder(settings, found.policy_set)})


def kept_folder(settings: Settings, policy_set: str) -> Path:
    """The texts of a released set.

    Raises:
        OperatorError: they are gone or were changed.
    """
    kept = settings.home / "policy" / policy_set
    if not kept.exists() or set_of(kept, settings) != policy_set:
        raise OperatorError(
            "policy.texts",
            "the texts of a released set are gone or changed",
            where=str(kept),
            todo="restore the folder",
        )
    return kept


def put(ledger: Ledger, settings: Settings, code: str, state: str, *, by: str, note: str) -> Release:
    """Release the set in force with one rule put into another state (`shadow`, `withdrawn`, `released`).

    Raises:
        OperatorError: nothing is released, or there is no such rule, or name or note is missing.
    """
    current = released_at(ledger)
    pages = load_pages(kept_folder(settings, current.policy_set)) if current else []
    page = next((page for page in pages if code in (page.card.code, page.name)), None)
    if current is None or page is None:
        raise OperatorError("policy.rule", "no released rule has this code", where=code, todo="see `hedui policy list`")

    def change(folder: Path) -> None:
        card = folder / f"{page.name}.yml"
        told = yaml.safe_load(card.read_text(encoding="utf-8"))
        told["released"] |= {"state": state, "by": by.strip(), "note": note.strip()}
        Card.model_validate(told)
        card.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=118), encoding="utf-8")

    changed = _changed_copy(kept_folder(settings, current.policy_set), settings, change)
    try:
        return release(ledger, settings, by=by, note=f"{page.card.code} {state}: {note.strip()}", folder=changed)
    finally:
        shutil.rmtree(changed, ignore_errors=True)


def _changed_copy(source: Path, settings: Settings, change: Callable[[Path], None]) -> Path:
    copy = settings.folder("policy") / ".changing"
    shutil.rmtree(copy, ignore_errors=True)
    _copy(source, copy, settings)
    change(copy)
    return copy


def _keep(source: Path, settings: Settings) -> Path:
    """Copy the texts beside, make them read-only, and rename; a set kept before is not written again."""
    kept = settings.folder("policy") / set_of(source, settings)
    if not kept.exists():
        beside = kept.with_name(f".tmp-{kept.name}")
        shutil.rmtree(beside, ignore_errors=True)
        _copy(source, beside, settings)
        for file in beside.rglob("*.*"):
            file.chmod(0o444)
        beside.rename(kept)
    return kept


def _copy(source: Path, target: Path, settings: Settings) -> None:
    for path in _texts(source, settings):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes((source / path).read_bytes())


def _texts(source: Path, settings: Settings) -> dict[str, str]:
    return text_hashes(settings.model_copy(update={"rules_folder": source}))
