"""Publishing's door: the warehouse of a run becomes an immutable folder, and the ledger is switched once."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from core.errors import OperatorError
from core.moment import RunKind
from core.settings import Settings
from ledger import audit, runs
from ledger.run import Ledger
from ledger.runs import Run
from publish import folder as folders
from publish.comparable import comparable_findings, paused_sources
from publish.figures import Figures, figures_of
from publish.folder import run_folder, sha256_of
from publish.gate import ROSTER_TABLE, Verdict, figures_from, judge, pause_banners, roster_banners
from publish.limits import load_limits
from publish.lives import Night, evidence_of, night_of
from publish.manifest import read_manifest, write_manifest
from publish.people import PEOPLE, write_people
from publish.precision import shadow_banners
from publish.switch import settle
from publish.tables import write_tables
from publish.work import discard_work, warehouse_of
from rules.pages import load_pages
from sources.card import load_cards
from warehouse.database import open_database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Published:
    """A published run: its folder, whether its gate let it pass, and why not."""

    run_id: str
    folder: Path
    accepted: bool
    reasons: list[str]


def publish(run_id: str, *, ledger: Ledger, settings: Settings) -> Published:
    """Publish `work/<run_id>/warehouse.duckdb` as `runs/<run_id>/`; a run that is published already is given back.

    Order: write beside, fsync, rename, one ledger transaction. Readers come by the ledger, so a kill before the last
    step shows nobody anything, and the retry replaces what it finds. `work/<run_id>/` is thrown away afterwards, unless
    the gate rejected the run and a person may still release it.

    Raises:
        OperatorError: the run was recalled or thinned, or its warehouse is gone.
        DefectError: the warehouse lacks a table or cannot be read.
    """
    run = runs.get(ledger, run_id)
    if run.state in ("published", "rejected"):
        discard_work(ledger, settings)
        manifest = read_manifest(folders.existing(settings, run_id))
        return Published(run_id, run_folder(settings, run_id), run.state == "published", manifest["reasons"])
    warehouse = warehouse_of(settings, run_id)
    if run.state in ("recalled", "thinned") or not warehouse.exists():
        raise OperatorError(
            "publish.nothing", f"the run is {run.state} and has no warehouse to publish", where=run_id, todo="run again"
        )
    leading = _leading(run, ledger, settings)
    manifest, night = _write(run, warehouse, leading, ledger=ledger, settings=settings)
    final = run_folder(settings, run_id)
    detail = {"findings_hash": manifest["findings_hash"], "manifest_sha256": sha256_of(final / folders.MANIFEST)}
    settled = settle(
        ledger, run, accepted=manifest["accepted"], detail=detail, night=night, evidence=evidence_of(leading)
    )
    discard_work(ledger, settings)
    log.info("published run=%s state=%s current=%s lives=%s", run_id, settled.state, settled.current, settled.lives)
    return Published(run_id, final, settled.state == "published", manifest["reasons"])


def _write(
    run: Run, warehouse: Path, leading: Path | None, *, ledger: Ledger, settings: Settings
) -> tuple[dict[str, Any], Night]:
    """Names are sealed (Python, one core) while the engine writes the tables (the other)."""
    beside = folders.begin_beside(settings, run.run_id)
    connection = open_database(warehouse, settings)
    try:
        with connection.cursor() as of_other, ThreadPoolExecutor(1) as other:
            people = other.submit(write_people, of_other, beside / PEOPLE, run.run_id, ledger=ledger, settings=settings)
            rows = write_tables(connection, beside, run.run_id)
            rows["people"] = people.result()
        figures, verdict = _judged(connection, run, leading, settings)
        night = night_of(connection)
    finally:
        connection.close()
    with ledger.read() as reading:
        head = audit.head(reading)
    manifest = write_manifest(
        beside, run, rows=rows, figures=figures, verdict=verdict, audit_head=head, ledger=ledger, settings=settings
    )
    folders.place(beside, run_folder(settings, run.run_id))
    return manifest, night


def _judged(
    connection: duckdb.DuckDBPyConnection, run: Run, leading: Path | None, settings: Settings
) -> tuple[Figures, Verdict]:
    cards, pages = load_cards(settings.sources_folder), load_pages(settings.rules_folder)
    rosters = [card.source for card in cards.values() if card.table == ROSTER_TABLE]
    banners = [
        *roster_banners(connection, rosters, run.as_of),
        *pause_banners(connection, {card.source: card.title for card in cards.values()}),
        *shadow_banners(pages),
    ]
    figures = figures_of(connection)
    if leading is None:
        return figures, judge(figures, None, load_limits(), banners)
    before = figures_from(read_manifest(leading)["figures"])
    paused = paused_sources(figures, before)
    comparable = comparable_findings(connection, leading, pages, paused)
    return figures, judge(figures, before, load_limits(), banners, comparable)


def _leading(run: Run, ledger: Ledger, settings: Settings) -> Path | None:
    """The run to compare with: the current one, save for a commissioned check, whose few persons are no night."""
    current = None if run.kind is RunKind.COMMISSIONED else runs.current(ledger)
    return folders.existing(settings, current) if current else None
