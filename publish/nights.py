"""The published nights in counts by place: what was asked, of how many households, and what became of it.

A published run never changes, so each is counted once and remembered. Counts stand by community (12 digits) and add
up to any place above it: a household lives in one community.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
from sqlalchemy import select

from core.moment import RunKind
from core.settings import Settings
from ledger import runs
from ledger.run import Ledger
from ledger.runs import Run
from ledger.schema import finding_event
from ledger.scope import Scope
from publish.folder import MANIFEST, run_folder

STEPS = {
    **{"new": "new", "reopened": "new", "changed": "changed", "gone": "gone", "held": "held"},
    **dict.fromkeys(("left_roster", "rule_withdrawn", "grade_lost"), "ended"),
}
"""What became of a finding, as the dashboards tell it; `same` and `suppressed` are no news."""
_STEP = {"rule": pl.String, "household_key": pl.String, "state": pl.String}


class Nights:
    """The nights that were published and are still kept, of one installation."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings
        self._counted: dict[tuple[str, str], pl.DataFrame] = {}

    def published(self) -> list[Run]:
        """The nightly runs that passed their gate, one per day (the last), oldest first."""
        found = runs.list_runs(self._ledger, kind=RunKind.NIGHTLY, state="published")
        kept = [run for run in found if (self.folder(run.run_id) / MANIFEST).exists()]
        by_day = {run.as_of: run for run in sorted(kept, key=lambda run: (run.moment, run.run_id))}
        return list(by_day.values())

    def folder(self, run_id: str) -> Path:
        """Where a run is published."""
        return run_folder(self._settings, run_id)

    def rules(self, run_id: str) -> list[str]:
        """The codes of the rules that were asked and shown, those with no finding too."""
        kept = pl.read_parquet(self.folder(run_id) / "rule_run.parquet", columns=["rule", "state"])
        return sorted(kept.filter(pl.col("state") == "released")["rule"])

    def asked(self, run_id: str) -> pl.DataFrame:
        """rule, severity, region_code, findings."""
        return self._once("asked", run_id, _asked)

    def unseen(self, run_id: str) -> pl.DataFrame:
        """rule, region_code, households in which the rule could not be looked into for somebody."""
        return self._once("unseen", run_id, _unseen)

    def homes(self, run_id: str) -> pl.DataFrame:
        """region_code, programme_code, member_count, households, flagged (households with a question)."""
        return self._once("homes", run_id, _homes)

    def askers(self, run_id: str) -> pl.DataFrame:
        """rule, region_code, households in which the rule asks."""
        return self._once("askers", run_id, _askers)

    def overlaps(self, run_id: str) -> pl.DataFrame:
        """rule, other (a later code), region_code, households in which both ask."""
        return self._once("overlaps", run_id, _overlaps)

    def steps(self, run_id: str) -> pl.DataFrame:
        """rule, step (values of STEPS), region_code, findings: what this night changed in the findings' lives."""
        return self._once("steps", run_id, lambda folder: self._steps(run_id, folder))

    def _once(self, what: str, run_id: str, count: Callable[[Path], pl.DataFrame]) -> pl.DataFrame:
        if (what, run_id) not in self._counted:
            self._counted[what, run_id] = count(self.folder(run_id))
        return self._counted[what, run_id]

    def _steps(self, run_id: str, folder: Path) -> pl.DataFrame:
        names = [finding_event.c[name] for name in _STEP]
        query = select(*names).where(finding_event.c.run_id == run_id, finding_event.c.state.in_(STEPS))
        with self._ledger.read() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        told = pl.DataFrame(rows, schema=_STEP, orient="row").with_columns(step=pl.col("state").replace_strict(STEPS))
        placed = told.join(self._places(run_id, folder), on="household_key")
        return placed.group_by("rule", "step", "region_code").agg(findings=pl.len()).sort("rule", "step", "region_code")

    def _places(self, run_id: str, folder: Path) -> pl.DataFrame:
        """household_key, region_code of this night, and of the one before for those who are gone."""
        known = [run.run_id for run in self.published()]
        before = known[known.index(run_id) - 1 : known.index(run_id)] if run_id in known else []
        folders = [folder, *(self.folder(one) for one in before)]
        return pl.concat([_regions(one) for one in folders]).unique("household_key", keep="first", maintain_order=True)


def within(frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """The rows whose `region_code` lies within the scope."""
    if not scope.prefixes:
        return frame.clear()
    return frame.filter(pl.any_horizontal(pl.col("region_code").str.starts_with(one) for one in scope.prefixes))


def _regions(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "household.parquet", columns=["household_key", "region_code"])


def _asks(folder: Path) -> pl.DataFrame:
    """rule, household_key: which rules ask in which household."""
    return pl.read_parquet(folder / "finding.parquet", columns=["rule", "household_key"]).unique()


def _by_place(rows: pl.DataFrame, folder: Path, *by: str, **counted: pl.Expr) -> pl.DataFrame:
    """Rows of households counted by these columns and by the household's community, sorted by them."""
    names = [*by, "region_code"]
    return rows.join(_regions(folder), on="household_key").group_by(names).agg(**counted).sort(names)


def _asked(folder: Path) -> pl.DataFrame:
    found = pl.read_parquet(folder / "finding.parquet", columns=["rule", "severity", "household_key"])
    return _by_place(found, folder, "rule", "severity", findings=pl.len())


def _unseen(folder: Path) -> pl.DataFrame:
    could = pl.read_parquet(folder / "could_look.parquet", columns=["rule", "household_key", "could"])
    blind = could.filter(~pl.col("could")).select("rule", "household_key").unique()
    return _by_place(blind, folder, "rule", households=pl.len())


def _homes(folder: Path) -> pl.DataFrame:
    names = ["region_code", "programme_code", "member_count", "findings"]
    homes = pl.read_parquet(folder / "household_overview.parquet", columns=names)
    flagged = (pl.col("findings") > 0).sum()
    return homes.group_by(names[:3]).agg(households=pl.len(), flagged=flagged).sort(names[:3])


def _askers(folder: Path) -> pl.DataFrame:
    asks = _asks(folder)
    return _by_place(asks, folder, "rule", households=pl.len())


def _overlaps(folder: Path) -> pl.DataFrame:
    asks = _asks(folder)
    both = asks.join(asks, on="household_key", suffix="_other").filter(pl.col("rule") < pl.col("rule_other"))
    return _by_place(both.rename({"rule_other": "other"}), folder, "rule", "other", households=pl.len())
