"""THE switch: the one ledger transaction by which a run is published, lives go on and readers see another night."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection

from core.moment import RunKind
from ledger import findings, presence, runs
from ledger import run_states as states
from ledger.run import Ledger
from ledger.runs import Run
from publish.lives import Night

BY = "publish"


@dataclass(frozen=True)
class Settled:
    """What the transaction did: the run's state, whether it is current, and how many findings became what."""

    state: str
    current: bool
    lives: dict[str, int]


def settle(
    ledger: Ledger, run: Run, *, accepted: bool, detail: dict[str, Any], night: Night, evidence: pl.DataFrame
) -> Settled:
    """Record a placed run and, where it may, make it current; one transaction, safe to repeat.

    Only a nightly run that passed its gate and looks at no earlier moment than the current one advances lives and
    becomes current; any other run is only recorded.
    """

    def write(connection: Connection) -> Settled:
        state = states.get_within(connection, run.run_id).state
        if state in ("published", "rejected"):
            return Settled(state, states.current_within(connection) == run.run_id, {})
        verdict = "published" if accepted else "rejected"
        states.add_event_within(connection, run.run_id, verdict, detail)
        if not accepted or not may_lead(connection, run):
            return Settled(verdict, False, {})
        return Settled(verdict, True, lead(connection, run, BY, night, evidence))

    return ledger.write_all(write)


def lead(connection: Connection, run: Run, by: str, night: Night, evidence: pl.DataFrame) -> dict[str, int]:
    """Advance lives and switch the current run, within the open transaction. Case sync joins here, after the lives."""
    alive = findings.alive(connection)
    steps = findings.advance(connection, run.run_id, night.observed, night.looked(alive), night.ends(alive, evidence))
    presence.advance(connection, run.run_id, night.households, run.as_of)
    runs.switch(connection, run.run_id, by)
    return dict(steps["state"].value_counts().sort("state").iter_rows())


def may_lead(connection: Connection, run: Run) -> bool:
    """Whether the run is nightly and no earlier in time than the one readers see now."""
    current = states.current_within(connection)
    if run.kind is not RunKind.NIGHTLY:
        return False
    return current is None or states.get_within(connection, current).moment <= run.moment
