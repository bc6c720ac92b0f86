"""Releasing a run that its gate rejected: a named person has looked and says that the jump is real."""

from __future__ import annotations

from sqlalchemy import Connection

from core.errors import OperatorError
from core.settings import Settings
from ledger import audit, runs
from ledger import run_states as states
from ledger.run import Ledger
from publish import folder as folders
from publish.lives import evidence_of, night_of
from publish.manifest import read_manifest
from publish.switch import lead, may_lead
from publish.work import discard_work, warehouse_of
from warehouse.database import open_database


def release(run_id: str, *, by: str, reason: str, ledger: Ledger, settings: Settings) -> dict[str, int]:
    """Make a rejected nightly run published and current after all; how many findings became what. Audited.

    Its warehouse must still be there, because lives go on from what could be looked at; a rejected run keeps it until
    it is released or a later night has become current.

    Raises:
        OperatorError: the run is not rejected, looks at an earlier moment than the current one, or its warehouse is
            gone; or name or reason is missing.
    """
    run = runs.get(ledger, run_id)
    warehouse = warehouse_of(settings, run_id)
    if run.state != "rejected" or not reason.strip() or not warehouse.exists():
        raise OperatorError(
            "release.not_possible",
            f"the run is {run.state}; only a rejected run whose warehouse is kept can be released, with a reason",
            where=run_id,
            todo="give a reason, or run the night again",
        )
    reasons = read_manifest(folders.existing(settings, run_id))["reasons"]
    current = runs.current(ledger)
    evidence = evidence_of(folders.existing(settings, current) if current else None)
    connection = open_database(warehouse, settings)
    try:
        night = night_of(connection)
    finally:
        connection.close()

    def write(connection: Connection) -> dict[str, int]:
        if not may_lead(connection, run):
            raise OperatorError(
                "release.too_late", "readers see a later night already", where=run_id, todo="nothing is left to release"
            )
        states.add_event_within(connection, run_id, "published", {"released_by": by, "reason": reason})
        detail = {"reason": reason, "gate": reasons}
        audit.append(connection, ledger.settings, "run.released", by=by, subject=run_id, detail=detail)
        return lead(connection, ledger, run, by, night, evidence)

    lives = ledger.write_all(write)
    discard_work(ledger, settings)
    return lives
