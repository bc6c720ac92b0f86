"""The run gate: whether a run may become current, and what its readers must be told in any case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from core.errors import replace_engine_error
from publish.figures import Figures
from publish.limits import Limits

ROSTER_TABLE = "roster_member"


@dataclass(frozen=True)
class Verdict:
    """`accepted` may become current; `reasons` say why not; `banners` stand over the run's pages (zh and en)."""

    accepted: bool
    reasons: list[str]
    banners: list[dict[str, str]]


def judge(now: Figures, before: Figures | None, limits: Limits, banners: list[dict[str, str]]) -> Verdict:
    """Compare a run with the current one. The first run has nothing to be compared with and passes unless empty."""
    reasons = _empty(now)
    if before is not None:
        reasons += [*_roster(now, before, limits), *_rules(now, before, limits), *_coverage(now, before, limits)]
    return Verdict(not reasons, reasons, banners)


def roster_banners(connection: duckdb.DuckDBPyConnection, rosters: list[str], as_of: date) -> list[dict[str, str]]:
    """What to tell readers when a newer roster than the one used was refused, held or paused."""
    with replace_engine_error("publish.engine", where="roster deliveries of the run"):
        rows = connection.execute(
            "select source, as_of, file_name, state, used from run_delivery where list_contains(?, source)"
            " order by source, as_of, landed_at",
            [rosters],
        ).fetchall()
    banners = []
    for source in rosters:
        used = [day for of, day, _, _, is_used in rows if of == source and is_used and day is not None]
        for of, day, file, state, is_used in rows:
            newer = day is not None and (not used or day > max(used)) and day <= as_of
            if of == source and not is_used and newer and state != "accepted":
                banners.append(_banner(file, state, max(used, default=None)))
    return banners


def figures_from(record: dict[str, Any]) -> Figures:
    """The figures as a manifest keeps them."""
    return Figures(**record)


def _banner(file: str, state: str, used: date | None) -> dict[str, str]:
    since = used.isoformat() if used else "—"
    return {
        "zh": f"名册 {file} 未被采用（{state}），本次核对沿用 {since} 的名册",
        "en": f"The roster {file} was not used ({state}); this run stands on the roster of {since}",
    }


def _empty(now: Figures) -> list[str]:
    if now.households == 0 or now.persons == 0:
        return ["the run is empty: no household on the roster"]
    return [] if now.coverage else ["the run is empty: nothing was looked at"]


def _roster(now: Figures, before: Figures, limits: Limits) -> list[str]:
    if limits.households.jumped(before.households, now.households):
        return [f"households went from {before.households} to {now.households}"]
    return []


def _rules(now: Figures, before: Figures, limits: Limits) -> list[str]:
    both = sorted(now.findings.keys() & before.findings.keys())
    return [
        f"findings of rule {rule} went from {before.findings[rule]} to {now.findings[rule]}"
        for rule in both
        if limits.findings_of_a_rule.jumped(before.findings[rule], now.findings[rule])
    ]


def _coverage(now: Figures, before: Figures, limits: Limits) -> list[str]:
    limit = limits.could_not_look_of_a_source
    told = []
    for source in sorted(now.coverage.keys() | before.coverage.keys()):
        was, share = before.unseen_share(source), now.unseen_share(source)
        cells = now.coverage.get(source, {})
        if before.coverage.get(source) and not cells:
            told.append(f"source {source} vanished from coverage")
        elif before.coverage.get(source) and share - was > limit.points and cells["could_not_look"] > limit.number:
            told.append(f"share not looked at in source {source} went from {was:.1%} to {share:.1%}")
    return told
