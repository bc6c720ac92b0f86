"""The pages of the checks: one for the run, one per source; plain HTML and one style file, no script, no outside host.

They hold counts, names of checks and of departments, never a person's row or value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from expectations.report import CheckResult, DeliveryReport, SourceReport, write_beside

_TEMPLATES = Path(__file__).parent / "templates"
CLASSES = ("matched", "not_subject", "unusable_id", "duplicate", "refused_by_meaning", "structurally_refused")
WORDS: Mapping[str, tuple[str, str]] = {
    "accepted": ("已采用", "accepted"),
    "refused": ("未采用", "refused"),
    "held": ("待处理", "held"),
    "matched": ("匹配对象", "matched"),
    "not_subject": ("非对象", "not a subject"),
    "unusable_id": ("证号不可用", "unusable id"),
    "duplicate": ("重复", "duplicate"),
    "refused_by_meaning": ("内容不合理", "refused by meaning"),
    "structurally_refused": ("无法读取", "structurally refused"),
    "refuse": ("搁置该行", "row put aside"),
    "warn": ("提示", "warning"),
    "card": ("来源卡片", "card"),
    "meaning": ("业务含义", "meaning"),
    "house": ("系统约定", "house"),
    "file": ("文件", "file"),
    "record_value": ("字段值", "record value"),
    "record_consistency": ("行内一致", "record consistency"),
    "household_consistency": ("家庭一致", "household consistency"),
    "delivery_consistency": ("批内一致", "delivery consistency"),
    "history": ("历史一致", "history"),
}
_GRAVITY = {"refused": 0, "held": 1, "accepted": 2}


@dataclass(frozen=True)
class Feed:
    """One source as the run's page shows it: the gravest verdict of its deliveries and its figures together."""

    report: SourceReport
    state: str
    rows: int
    account: Mapping[str, int]
    failing: int
    checks: int


@dataclass(frozen=True)
class Failing:
    """One check with bad rows, over all deliveries of its source."""

    report: SourceReport
    check: CheckResult
    rows: int
    unexpected: int
    deliveries: int


def render(reports: Sequence[SourceReport], folder: Path) -> Path:
    """Write `index.html`, a page per source and `style.css` into `folder`; gives the index back."""
    folder.mkdir(parents=True, exist_ok=True)
    write_beside(folder / "style.css", (_TEMPLATES / "style.css").read_bytes())
    for report in reports:
        page = _page("source.html").render(
            report=report, feed=feed_of(report), failing=failing_of([report]), deliveries=report.deliveries[::-1]
        )
        write_beside(folder / f"{report.source}.html", page.encode())
    feeds = sorted((feed_of(report) for report in reports), key=lambda feed: (_GRAVITY[feed.state], feed.report.source))
    index = _page("index.html").render(
        run_id=reports[0].run_id if reports else "", feeds=feeds, failing=failing_of(reports), stopped=_stopped(reports)
    )
    write_beside(folder / "index.html", index.encode())
    return folder / "index.html"


def feed_of(report: SourceReport) -> Feed:
    """The source's figures over all its deliveries."""
    deliveries = report.deliveries
    account = {name: sum(d.account.get(name, 0) for d in deliveries) for name in CLASSES}
    names = {check.check_name for d in deliveries for check in d.checks}
    state = min((d.state for d in deliveries), key=_GRAVITY.__getitem__, default="held")
    return Feed(report, state, sum(account.values()), account, len(failing_of([report])), len(names))


def failing_of(reports: Sequence[SourceReport]) -> list[Failing]:
    """Checks with bad rows, those that put rows aside first, then by how many."""
    found: list[Failing] = []
    for report in reports:
        by_name: dict[str, list[CheckResult]] = {}
        for delivery in report.deliveries:
            for check in delivery.checks:
                by_name.setdefault(check.check_name, []).append(check)
        for results in by_name.values():
            bad = [result for result in results if not result.success]
            if bad:
                rows, unexpected = sum(r.rows for r in results), sum(r.unexpected for r in bad)
                found.append(Failing(report, bad[-1], rows, unexpected, len(bad)))
    return sorted(found, key=lambda f: (f.check.action != "refuse", -f.unexpected, f.report.source, f.check.check_name))


def _stopped(reports: Sequence[SourceReport]) -> list[tuple[SourceReport, DeliveryReport]]:
    return [(report, delivery) for report in reports for delivery in report.deliveries if delivery.state != "accepted"]


def _bar(account: Mapping[str, int]) -> list[tuple[str, float, float]]:
    """Class, start and width in percent, for one stacked bar."""
    total = sum(account.values())
    parts: list[tuple[str, float, float]] = []
    start = 0.0
    for name in CLASSES:
        width = 100 * account.get(name, 0) / total if total else 0.0
        if width:
            parts.append((name, round(start, 3), round(width, 3)))
        start += width
    return parts


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda count: f"{count:,}"
    environment.filters["zh"] = lambda word: WORDS[word][0]
    environment.filters["en"] = lambda word: WORDS[word][1]
    environment.filters["bar"] = _bar
    environment.globals["classes"] = CLASSES
    return environment


def _page(name: str) -> Template:
    return _environment().get_template(name)
