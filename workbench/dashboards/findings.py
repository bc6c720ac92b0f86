"""What is asked: by rule, night after night, and place by place."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ledger.runs import Run
from publish.nights import Nights, within
from rules.card import Words
from workbench.dashboards.panel import NOTHING, Cell, Column, Panel, Row, Telling
from workbench.dashboards.places import Place, named
from workbench.evidence.household import GRAVEST_FIRST
from workbench.words.codes import code_words

STEPS = ("new", "changed", "gone", "ended", "held")


def by_rule(nights: Nights, run_id: str, at: Place, titles: Mapping[str, Words], told: Telling) -> Panel:
    """What the rules ask tonight, by severity, and in how many households each could not be looked into."""
    _ = told.say
    asked = within(nights.asked(run_id), at.scope).group_by("rule", "severity").agg(pl.col("findings").sum())
    found = {(rule, severity): findings for rule, severity, findings in asked.iter_rows()}
    unseen = dict(within(nights.unseen(run_id), at.scope).group_by("rule").agg(pl.col("households").sum()).iter_rows())
    rules = nights.rules(run_id)
    rules.sort(key=lambda rule: (-sum(found.get((rule, one), 0) for one in GRAVEST_FIRST), rule))
    columns = [told.counts([found.get((rule, one), 0) for rule in rules]) for one in GRAVEST_FIRST]
    columns.append(told.counts([unseen.get(rule, 0) for rule in rules]))
    words = code_words()["severity"]
    return Panel(
        "by-rule",
        _("各条规则问了什么？"),
        _("本夜的疑问，按规则和等级；疑问不是结论"),
        [*(Column(words[one][told.language], one) for one in GRAVEST_FIRST), Column(_("未能核对的户"))],
        [
            Row(_title(titles, rule, told), [column[place] for column in columns], f"/help/rules/{rule}")
            for place, rule in enumerate(rules)
        ],
        chart="bars",
        unit=_("疑问数"),
        notes=[_("未能核对不等于没有：那些户有成员因数据未到、被拒或没有授权而查不了。")],
    )


def by_night(nights: Nights, runs: list[Run], at: Place, told: Telling) -> Panel:
    """What each night changed: new, changed, gone, ended otherwise, not looked for; and what stood that night."""
    _ = told.say
    steps = [_sums(within(nights.steps(run.run_id), at.scope), "step") for run in runs]
    standing = [int(within(nights.asked(run.run_id), at.scope)["findings"].sum()) for run in runs]
    columns = [told.counts([one.get(step, 0) for one in steps], parts=False) for step in STEPS]
    columns.append(told.counts(standing, parts=False))
    words = code_words()["finding_step"]
    alone = len(runs) == 1
    return Panel(
        "by-night",
        _("每夜变了什么？"),
        _("每夜新增、变化、消除的疑问，最近 35 夜"),
        [*(Column(words[step][told.language], step) for step in STEPS), Column(_("当夜在列"))],
        [
            Row(f"{run.as_of:%Y-%m-%d}", [column[place] for column in columns], f"/runs/{run.run_id}")
            for place, run in enumerate(runs)
        ],
        chart="" if alone else "columns",
        unit=_("疑问数"),
        notes=[_("只发布过一夜：首夜的疑问都算新增，从第二夜起才看得出变化。")] if alone else [],
    )


def by_place(nights: Nights, run_id: str, before: str | None, at: Place, told: Telling) -> Panel:
    """How many households are asked about in each place of the next level, and how that was the night before."""
    _ = told.say
    digits = at.below
    now = _homes(nights, run_id, at)
    was = _homes(nights, before, at) if before else {}
    codes = sorted(now)
    homes, flagged = (told.counts([now[code][place] for code in codes]) for place in (0, 1))
    rows = []
    for place, code in enumerate(codes):
        known = not told.guard or (homes[place].value is not None and flagged[place].value is not None)
        rate = 1000 * now[code][1] / now[code][0]
        apart = now[code][1] - was[code][1] if code in was and known else None
        cells = [homes[place], flagged[place], Cell(f"{rate:,.1f}", round(rate, 1)) if known else NOTHING]
        cells.append(NOTHING if apart is None else Cell(f"{apart:+,}" if apart else "0", apart))
        rows.append(Row(named(code, told.language), cells, f"/dash?place={code}" if digits < 12 else ""))
    return Panel(
        "by-place",
        _("哪里问得多？"),
        _("点地名看下一级；比率以每千户计，户数少的地方起伏大"),
        [Column(_("在册户")), Column(_("有疑问的户")), Column(_("每千户"), "rate"), Column(_("比上一夜"))],
        rows,
        chart="bars",
        unit=_("每千户"),
        empty=None if rows else (_("这里没有在册家庭"), _("换一个地方，或回到上一级。")),
    )


def _homes(nights: Nights, run_id: str, at: Place) -> dict[str, tuple[int, int]]:
    homes = within(nights.homes(run_id), at.scope)
    placed = homes.group_by(pl.col("region_code").str.slice(0, at.below).alias("code"))
    counted = placed.agg(pl.col("households").sum(), pl.col("flagged").sum())
    return {code: (households, flagged) for code, households, flagged in counted.iter_rows()}


def _sums(frame: pl.DataFrame, by: str) -> dict[str, int]:
    return dict(frame.group_by(by).agg(pl.col("findings").sum()).iter_rows())


def _title(titles: Mapping[str, Words], rule: str, told: Telling) -> str:
    return str(getattr(titles[rule], told.language)) if rule in titles else rule
