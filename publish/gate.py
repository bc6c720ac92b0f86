"""The run gate: whether a run may become current, and what its readers must be told in any case.

A feed that its own gate stopped stops itself, not the night: only what could be looked at on both nights is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from core.errors import replace_engine_error
from core.moment import SHANGHAI
from publish.figures import STOPPED, Figures
from publish.limits import Limits
from sources.card import Words

ROSTER_TABLE = "roster_member"


@dataclass(frozen=True)
class Verdict:
    """`accepted` may become current; `reasons` say why not; `banners` stand over the run's pages (zh and en)."""

    accepted: bool
    reasons: list[str]
    banners: list[dict[str, str]]


def judge(
    now: Figures,
    before: Figures | None,
    limits: Limits,
    banners: list[dict[str, str]],
    comparable: Mapping[str, tuple[int, int]] | None = None,
) -> Verdict:
    """Compare a run with the current one. The first run has nothing to be compared with and passes unless empty.

    `comparable` is rule → findings before and now for rules that a paused feed silences (`publish.comparable`).
    """
    reasons = _empty(now)
    if before is not None:
        rules = _rules(now, before, limits, comparable or {})
        reasons += [*_roster(now, before, limits), *rules, *_coverage(now, before, limits)]
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


def pause_banners(connection: duckdb.DuckDBPyConnection, titles: Mapping[str, Words]) -> list[dict[str, str]]:
    """What to tell readers of each paused feed: since when, and how many cells could not be looked at for it."""
    with replace_engine_error("publish.engine", where="paused feeds of the run"):
        paused = connection.sql("select source, since from feed_health where state = 'paused' order by source").pl()
        unseen = dict(
            connection.execute(
                "select source::varchar, count(*) from coverage where list_contains(?, reason::varchar) group by all",
                [list(STOPPED)],
            ).fetchall()
        )
    rows = paused.select("source", "since").iter_rows()
    return [_pause_banner(titles[source], since, unseen.get(source, 0)) for source, since in rows]


_NOT_USED = {
    "refused": ("未通过检查", "refused"),
    "held": ("尚未判定", "not judged"),
    "paused": ("来源暂停", "the feed is paused"),
    "landed": ("尚未读取", "not read"),
    "extracted": ("尚未判定", "not judged"),
    "purged": ("原件已销毁", "the file was destroyed"),
    "not_landed": ("尚未收妥", "not received"),
}


def _pause_banner(title: Words, since: datetime, cells: int) -> dict[str, str]:
    day = f"{since.astimezone(SHANGHAI):%Y-%m-%d}"
    zh, en = f"{title.zh}自 {day} 起暂停", f"The feed {title.en} has been paused since {day}"
    if not cells:
        return {
            "zh": f"{zh}；此后送来的数据没有看到，不等于没有",
            "en": f"{en}; what came since was not seen: that is not none",
        }
    counted = "1 check" if cells == 1 else f"{cells} checks"
    return {
        "zh": f"{zh}，本次有 {cells} 项未能核对；未核对不等于没有",
        "en": f"{en}; {counted} could not be made: that is not none",
    }


def figures_from(record: dict[str, Any]) -> Figures:
    """The figures as a manifest keeps them."""
    return Figures(**record)


def _banner(file: str, state: str, used: date | None) -> dict[str, str]:
    since = used.isoformat() if used else "—"
    zh, en = _NOT_USED[state]
    return {
        "zh": f"名册 {file} 未被采用（{zh}），本次核对沿用 {since} 的名册",
        "en": f"The roster {file} was not used ({en}); this run stands on the roster of {since}",
    }


def _empty(now: Figures) -> list[str]:
    if now.households == 0 or now.persons == 0:
        return ["the run is empty: no household on the roster"]
    return [] if now.coverage else ["the run is empty: nothing was looked at"]


def _roster(now: Figures, before: Figures, limits: Limits) -> list[str]:
    if limits.households.jumped(before.households, now.households):
        return [f"households went from {before.households} to {now.households}"]
    return []


def _rules(now: Figures, before: Figures, limits: Limits, comparable: Mapping[str, tuple[int, int]]) -> list[str]:
    both = sorted(now.findings.keys() & before.findings.keys())
    counts = {rule: comparable.get(rule, (before.findings[rule], now.findings[rule])) for rule in both}
    return [
        f"findings of rule {rule} went from {was} to {is_now}"
        for rule, (was, is_now) in counts.items()
        if limits.findings_of_a_rule.jumped(was, is_now)
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
