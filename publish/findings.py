"""Reading published findings: the current run's, or a named one's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from core.errors import OperatorError
from core.settings import Settings
from ledger import runs
from ledger.run import Ledger, open_ledger
from publish import folder as folders

FILTERS = ("severity", "household_key", "person_key", "match_grade", "finding_key")


def findings(
    run_id: str | None = None,
    *,
    settings: Settings,
    rule: str | None = None,
    filters: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """The findings of a published run (default: the current one), sorted by key; columns as in table `finding`.

    `rule` is a rule's code (`R-INC-01`) or its page (`income/pension_not_declared`); `filters` are values of FILTERS.

    Raises:
        OperatorError: there is no such run, rule or filter, or nothing is current.
    """
    folder = published_folder(run_id, settings)
    found = pl.scan_parquet(folder / "finding.parquet")
    if rule is not None:
        found = found.filter(pl.col("rule") == _code(folder, rule))
    for name, value in (filters or {}).items():
        if name not in FILTERS:
            raise OperatorError(
                "findings.filter", f"findings are not filtered by {name}", where=name, todo=f"use {', '.join(FILTERS)}"
            )
        found = found.filter(pl.col(name) == value)
    return found.sort("finding_key").collect()


def published_folder(run_id: str | None, settings: Settings, ledger: Ledger | None = None) -> Path:
    """The folder of a run that readers may see, by default the current one; who has the ledger open gives it.

    Raises:
        OperatorError: nothing is current, or the run is not published.
    """
    ledger = ledger or open_ledger(settings)
    wanted = run_id or runs.current(ledger)
    if wanted is None:
        raise OperatorError(
            "run.none_current", "no run is current yet", where="ledger", todo="run a night, or name a run with --run"
        )
    run = runs.get(ledger, wanted)
    if run.state not in ("published", "rejected", "recalled"):
        raise OperatorError(
            "run.not_published", f"the run is {run.state}", where=wanted, todo="publish it, or name another run"
        )
    return folders.existing(settings, wanted)


def _code(folder: Path, rule: str) -> str:
    rules = pl.read_parquet(folder / "rule_run.parquet", columns=["rule", "page"])
    named = rules.filter((pl.col("rule") == rule) | (pl.col("page") == rule))
    if named.is_empty():
        raise OperatorError(
            "findings.rule", "the run did not ask this rule", where=rule, todo="name a rule's code or page"
        )
    return str(named["rule"][0])
