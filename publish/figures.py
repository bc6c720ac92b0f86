"""The figures by which two nights are compared: findings per rule, coverage per source, households."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from core.errors import replace_engine_error

PAUSED = "paused"
STOPPED = ("feed_paused", "delivery_refused", "delivery_held", "delivery_paused")
"""Reasons of *could not look* that a feed's own gate gave."""


@dataclass(frozen=True)
class Figures:
    """Counts of one run. `coverage`: source → value → cells; `severities`: → findings.

    Values are `found`, `none`, `could_not_look`, and `paused` for what could not be looked at because the feed's own
    gate stopped it: that is told already, and it stops the feed, not the night.
    """

    households: int
    persons: int
    findings: dict[str, int]
    severities: dict[str, int]
    coverage: dict[str, dict[str, int]]

    def as_record(self) -> dict[str, Any]:
        """As the manifest keeps them."""
        return asdict(self)

    def unseen_share(self, source: str) -> float:
        """The share of a source's cells that could not be looked at; 0 where it has none."""
        cells = self.coverage.get(source, {})
        total = sum(cells.values())
        return cells.get("could_not_look", 0) / total if total else 0.0


def figures_of(connection: duckdb.DuckDBPyConnection) -> Figures:
    """The figures of the warehouse of one run; every released rule is named, also with 0 findings."""
    with replace_engine_error("publish.engine", where="figures of the run"):
        [(households, persons)] = connection.execute(
            "select (select count(*) from household), (select count(distinct person_key) from member)"
        ).fetchall()
        findings = connection.execute(
            "select rule_run.rule, count(finding.finding_key) from rule_run left join finding using (rule)"
            " where rule_run.state = 'released' group by rule_run.rule order by rule_run.rule"
        ).fetchall()
        severities = connection.execute("select severity, count(*) from finding group by all order by all").fetchall()
        cells = connection.execute(
            "select source, case when list_contains(?, reason::varchar) then ? else value::varchar end, count(*)"
            " from coverage group by all order by all",
            [list(STOPPED), PAUSED],
        ).fetchall()
    coverage: dict[str, dict[str, int]] = {}
    for source, value, count in cells:
        coverage.setdefault(source, {})[value] = count
    return Figures(households, persons, dict(findings), dict(severities), coverage)
