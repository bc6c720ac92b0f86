"""The warehouse's door: join everything a run may know, as of its day, into one DuckDB file."""

from __future__ import annotations

import logging
from pathlib import Path

from core.settings import Settings
from ledger import runs
from ledger.run import Ledger
from warehouse.build import build
from warehouse.gather import gather

logger = logging.getLogger(__name__)


def join(run_id: str, *, ledger: Ledger, settings: Settings) -> Path:
    """Build `work/<run_id>/warehouse.duckdb` whole, from extracts only, for the run's two clocks.

    Facts are as of the run's day; deliveries, gates, feeds and verdicts as known at its instant. The file is written
    beside and renamed; a retry builds it again and replaces it.

    Raises:
        OperatorError: unknown run, no roster accepted as of the day, or a key that does not open its payload.
        DefectError: a step failed; the engine's message is withheld.
    """
    run = runs.get(ledger, run_id)
    folder = settings.folder("work") / run_id
    known = gather(run, ledger=ledger, settings=settings)
    path = build(known, folder / "warehouse.duckdb", settings)
    if run.state == "begun":
        runs.add_event(ledger, run_id, "joined", {"deliveries": known.deliveries["used"].sum()})
    logger.info("joined run=%s deliveries=%d extracts=%d", run_id, known.deliveries["used"].sum(), len(known.extracts))
    return path
