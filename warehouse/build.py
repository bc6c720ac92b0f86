"""Build a whole warehouse from what a run knows: the steps, in order, into a new file that appears at once."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.settings import Settings
from warehouse.cells import find_cells
from warehouse.database import keep, open_database, run, turn_page
from warehouse.identity.candidates import candidates, score_candidates
from warehouse.identity.dispute import find_disputes
from warehouse.identity.verdicts import apply_verdicts
from warehouse.inputs import lay_inputs
from warehouse.knowledge import Knowledge
from warehouse.rows import read_rows
from warehouse.tables import lay_tables, lay_views, sign


def build(known: Knowledge, path: Path, settings: Settings) -> Path:
    """The warehouse of one run as a DuckDB file at `path`, built beside and renamed; an older one is replaced.

    Candidates are scored (Python, one core) while the engine goes on with what needs no score (the other).

    Raises:
        DefectError: a step failed; the engine's message is withheld.
        OperatorError: a household's key does not open its payload.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    _clear(beside)
    connection = open_database(beside, settings)
    try:
        lay_inputs(connection, known)
        read_rows(connection, known)
        turn_page(connection, "member")
        find_disputes(connection, known)
        turn_page(connection, "person")
        apply_verdicts(connection, known)
        turn_page(connection, "identity/grade")
        sign(connection)
        turn_page(connection, "authorisation_judged")
        turn_page(connection, "barred")
        lay_tables(connection)
        with ThreadPoolExecutor(1) as other:
            scoring = other.submit(score_candidates, known, candidates(connection))
            turn_page(connection, "death")
            turn_page(connection, "unit_member")
            find_cells(connection, known)
            turn_page(connection, "slot")
            keep(connection, "scored", scoring.result(), temporary=True)
        turn_page(connection, "identity/match")
        lay_views(connection)
        turn_page(connection, "coverage")
        run(connection, "checkpoint", where=path.name)
    finally:
        connection.close()
    os.replace(beside, path)
    _clear(beside)
    return path


def _clear(beside: Path) -> None:
    beside.unlink(missing_ok=True)
    Path(f"{beside}.wal").unlink(missing_ok=True)
    shutil.rmtree(beside.with_suffix(".spill"), ignore_errors=True)
