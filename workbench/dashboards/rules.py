"""How right the rules are: what people said of their questions, where rules overlap, how far reviewers agree."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from core.proportion import wilson
from ledger.case_words import Answer, Outcome, Verdict
from ledger.figures_of_work import kappa
from ledger.rule_precision import RulePrecision
from publish.nights import Nights, within
from rules.card import Words
from workbench.dashboards.panel import (
    MANY_ENOUGH,
    NOTHING,
    WITHHELD,
    Cell,
    Column,
    Panel,
    Row,
    Telling,
    percent,
)
from workbench.dashboards.places import Place

PAIRS = 15


def precision(measured: list[RulePrecision], titles: Mapping[str, Words], told: Telling) -> Panel:
    """The share of each rule's judged questions that were confirmed, with Wilson's interval and n."""
    _ = told.say
    told_of = [(one.rule, one.confirmed, one.settled, one.undecided) for one in measured]
    return Panel(
        "precision",
        _("每条规则问得有多准？"),
        _("初核判断中属实的份额，带 95% 区间"),
        _columns(told),
        _rows(told_of, titles, told),
        chart="interval",
        unit="%",
        notes=[
            _("被核查的案件不是随机样本：先办的是重的。没有被问到的家庭见“两类差错”。"),
            _("定论少于 30 项的标为样本不足，不宜单独引用。"),
        ],
        empty=None if measured else _nothing_judged(told),
    )


def unseen(measured: list[RulePrecision], titles: Mapping[str, Words], told: Telling) -> Panel:
    """The same for the cases that two people decide without seeing each other's word, drawn by chance."""
    _ = told.say
    drawn = [(one.rule, one.blind_confirmed, one.blind_settled, 0) for one in measured if one.blind_settled]
    return Panel(
        "unseen",
        _("盲审样本里有多准？"),
        _("随机抽出的 5% 案件，两人互不相见；只有这部分可以推及全体"),
        _columns(told),
        _rows(drawn, titles, told),
        chart="interval",
        unit="%",
        empty=None if drawn else (_("还没有盲审定论"), _("抽中的案件办过初核后，这里才有数。")),
    )


def verdicts(measured: list[RulePrecision], titles: Mapping[str, Words], told: Telling) -> Panel:
    """What the judged questions came to, word by word: why questions are dismissed."""
    _ = told.say
    columns = [told.counts([one.verdicts.get(verdict, 0) for one in measured]) for verdict in Verdict]
    return Panel(
        "verdicts",
        _("为什么被排除？"),
        _("初核判断按用语分；排除的理由告诉人该改数据还是改规则"),
        [Column(getattr(verdict, told.language), verdict.value) for verdict in Verdict],
        [
            Row(_title(titles, one.rule, told), [column[place] for column in columns], f"/help/rules/{one.rule}")
            for place, one in enumerate(measured)
        ],
        chart="bars",
        unit=_("疑问数"),
        empty=None if measured else _nothing_judged(told),
    )


def overlaps(nights: Nights, run_id: str, at: Place, titles: Mapping[str, Words], told: Telling) -> Panel:
    """Which rules ask the same households tonight, and what share of the rarer one's households that is."""
    _ = told.say
    both = within(nights.overlaps(run_id), at.scope).group_by("rule", "other").agg(pl.col("households").sum())
    asked = within(nights.askers(run_id), at.scope).group_by("rule").agg(pl.col("households").sum())
    homes = dict(asked.iter_rows())
    most = both.sort("households", "rule", "other", descending=[True, False, False]).head(PAIRS).rows()
    counts = told.counts([households for _one, _other, households in most])
    rows = []
    for place, (one, other, households) in enumerate(most):
        name = f"{_title(titles, one, told)} + {_title(titles, other, told)}"
        rows.append(Row(name, [counts[place], told.share(households, min(homes[one], homes[other]))]))
    return Panel(
        "overlaps",
        _("哪些规则问的是同一户？"),
        _("本夜两条规则都有疑问的户；份额按较少的一条计"),
        [Column(_("户"), "households"), Column(_("占较少一条的份额"))],
        rows,
        chart="bars",
        unit=_("户"),
        empty=None if rows else (_("本夜没有两条规则问到同一户"), _("规则各问各的，没有重叠。")),
    )


def agreement(pairs: list[tuple[Outcome, Outcome, int]], told: Telling) -> Panel:
    """Of cases decided twice unseen: both outcomes, and Cohen's κ."""
    _ = told.say
    counts = told.counts([number for _one, _two, number in pairs])
    total, said = sum(number for _one, _two, number in pairs), kappa(pairs)
    kept = told.guard and total < MANY_ENOUGH
    words = _("κ = %(kappa)s，n = %(n)s") % {"kappa": f"{said:.2f}", "n": total} if said is not None else ""
    few = [_("不足 30 件，κ 只供参考。")] if 0 < total < MANY_ENOUGH else []
    return Panel(
        "agreement",
        _("两人看法一致吗？"),
        _("盲审案件的两个结论；不按个人排名"),
        [Column(_("复核结论"), number=False), Column(_("件"), "cases")],
        [
            Row(getattr(one, told.language), [Cell(getattr(two, told.language)), counts[place]])
            for place, (one, two, _n) in enumerate(pairs)
        ],
        notes=[*([] if kept or not words else [words]), *few],
        empty=None if pairs else (_("还没有两人都作过结论的盲审案件"), _("有了才能说一致与否；没有不等于一致。")),
        wide=False,
    )


def answers(given: dict[Answer, int], told: Telling) -> Panel:
    """What second persons who had read the first decision answered."""
    _ = told.say
    counts = told.counts([given.get(one, 0) for one in Answer])
    return Panel(
        "answers",
        _("复核人怎么答？"),
        _("看过初核意见后的答复"),
        [Column(_("件"), "cases")],
        [Row(getattr(one, told.language), [counts[place]]) for place, one in enumerate(Answer)],
        chart="bars",
        unit=_("件"),
        empty=None if given else (_("还没有复核"), _("复核之后，这里显示同意、退回和不一致各有多少。")),
        wide=False,
    )


def _columns(told: Telling) -> list[Column]:
    _ = told.say
    return [
        Column(_("属实")),
        Column(_("定论 n")),
        Column(_("无法核实")),
        Column(_("属实率"), "middle"),
        Column(_("区间下限"), "low"),
        Column(_("区间上限"), "high"),
        Column("", number=False),
    ]


def _rows(measured: list[tuple[str, int, int, int]], titles: Mapping[str, Words], told: Telling) -> list[Row]:
    _ = told.say
    parts = ([one[1] for one in measured], [one[2] for one in measured], [one[3] for one in measured])
    columns = [told.counts(part) for part in parts]
    rows = []
    for place, (rule, confirmed, settled, _undecided) in enumerate(measured):
        share = told.share(confirmed, settled)
        ends = [share, share] if share in (NOTHING, WITHHELD) else [percent(end) for end in wilson(confirmed, settled)]
        few = Cell(_("样本不足"), mark="warn") if settled < MANY_ENOUGH else Cell("")
        cells = [*(column[place] for column in columns), share, *ends, few]
        rows.append(Row(_title(titles, rule, told), cells, f"/help/rules/{rule}"))
    return rows


def _nothing_judged(told: Telling) -> tuple[str, str]:
    _ = told.say
    return _("还没有人判断过"), _("规则问得准不准，要等人核实之后才知道。")


def _title(titles: Mapping[str, Words], rule: str, told: Telling) -> str:
    return str(getattr(titles[rule], told.language)) if rule in titles else rule
