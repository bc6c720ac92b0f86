"""THE switch: the one ledger transaction by which a run is published, lives go on and readers see another night."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection

from core.moment import RunKind
from ledger import case_sync, findings, presence, runs
from ledger import run_states as states
from ledger.case_sync import CaseNight
from ledger.run import Ledger
from ledger.runs import Run
from publish.case_people import masked_people
from publish.folder import run_folder
from publish.lives import Night

log = logging.getLogger(__name__)
BY = "publish"
_ASKED = ("finding_key", "rule_version", "severity", "match_grade", "difference_yuan", "amount_period")
_HOMES = ("household_key", "region_code", "programme_code", "member_count")


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
        return Settled(verdict, True, lead(connection, ledger, run, BY, night, evidence))

    return ledger.write_all(write)


def lead(
    connection: Connection, ledger: Ledger, run: Run, by: str, night: Night, evidence: pl.DataFrame
) -> dict[str, int]:
    """Advance lives, presence and cases and switch the current run, within the open transaction."""
    alive = findings.alive(connection)
    steps = findings.advance(connection, run.run_id, night.observed, night.looked(alive), night.ends(alive, evidence))
    presence.advance(connection, run.run_id, night.households, run.as_of)
    told = case_sync.advance(connection, ledger.settings, run, case_night(ledger, run))
    log.info("cases run=%s %s", run.run_id, told)
    runs.switch(connection, run.run_id, by)
    return dict(steps["state"].value_counts().sort("state").iter_rows())


def case_night(ledger: Ledger, run: Run) -> CaseNight:
    """What the placed folder of a run tells the cases; what concerns whoever pays is no household's case."""
    folder = run_folder(ledger.settings, run.run_id)
    asked = pl.read_parquet(folder / "finding.parquet", columns=["rule", *_ASKED])
    rules = pl.read_parquet(folder / "rule_run.parquet", columns=["rule", "concerns"])
    elsewhere = rules.filter(pl.col("concerns") == "supervision")
    return CaseNight(
        asked=asked.join(elsewhere, on="rule", how="anti").select(_ASKED),
        homes=pl.read_parquet(folder / "household.parquet", columns=list(_HOMES)),
        people=lambda households: masked_people(folder, run.run_id, households, ledger=ledger),
    )


def may_lead(connection: Connection, run: Run) -> bool:
    """Whether the run is nightly and no earlier in time than the one readers see now."""
    current = states.current_within(connection)
    if run.kind is not RunKind.NIGHTLY:
        return False
    return current is None or states.get_within(connection, current).moment <= run.moment
