"""Both errors on one page: payments that changed after a review; what was withheld from, or asked of, the innocent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ledger.case_words import Kind, Outcome
from ledger.figures_of_errors import Concluded, Innocent, Overturned
from publish.payments_after import WAYS, PaymentsAfter
from rules.card import Words
from workbench.dashboards.panel import NOTHING, WITHHELD, Column, Panel, Row, Telling, interval, number, yuan
from workbench.words.codes import code_words


def payments(after: list[PaymentsAfter], told: Telling) -> Panel:
    """What became of the payments of households whose cases were closed."""
    _ = told.say
    words = code_words()["payment_way"]
    columns = [told.counts([one.ways[way] for one in after]) for way in WAYS]
    shown = [
        WITHHELD if any(column[place] is WITHHELD for column in columns) else yuan(one.monthly_yuan)
        for place, one in enumerate(after)
    ]
    return Panel(
        "payments",
        _("核对之后，保障金变了吗？"),
        _("办结案件的家庭，名册上的保障金与作结论时相比"),
        [*(Column(words[way][told.language], way) for way in WAYS), Column(_("合计 元/月"))],
        [
            Row(getattr(one.outcome, told.language), [*(column[place] for column in columns), shown[place]])
            for place, one in enumerate(after)
        ],
        chart="bars",
        unit=_("户"),
        notes=[
            _("停发、减发由主管部门另行决定；核对之后的变化不都是因为核对，所以这里不说“节约”。"),
            _("“不知道”是作结论时的批次已不再保存，或名册没有金额。"),
        ],
        empty=None if after else _nothing_closed(told),
        wide=False,
    )


def owed(months: dict[str, tuple[int, int]], titles: Mapping[str, Words], told: Telling) -> Panel:
    """Months that households were unpaid or paid too little, as confirmed questions in their favour show."""
    _ = told.say
    questions = told.counts([one for one, _months in months.values()])
    covered = told.counts([number_of for _one, number_of in months.values()])
    return Panel(
        "owed",
        _("少给了多少个月？"),
        _("查实的有利于家庭的疑问所涉及的月数：没有到账，或仍按已经没有的收入计算"),
        [Column(_("查实")), Column(_("月数"), "months")],
        [
            Row(
                str(getattr(titles[rule], told.language)) if rule in titles else rule,
                [questions[place], covered[place]],
            )
            for place, rule in enumerate(months)
        ],
        chart="bars",
        unit=_("月"),
        empty=None if months else (_("还没有查实的有利疑问"), _("没有查实不等于没有少给；未查的还在队列里。")),
        wide=False,
    )


def objections(told_of: Overturned, told: Telling) -> Panel:
    """Objections that were answered, upheld, and how long the wronged had to wait."""
    _ = told.say
    cells = told.counts([told_of.upheld, told_of.answered - told_of.upheld])
    return Panel(
        "objections",
        _("错的结论改了多少？"),
        _("已答复的异议；成立的包括部分成立"),
        [Column(_("件"))],
        [
            Row(_("成立"), [cells[0]]),
            Row(_("不成立"), [cells[1]]),
            Row(_("成立者共等了几个月"), [WITHHELD if cells[0] is WITHHELD else number(told_of.months_waited)]),
        ],
        empty=None if told_of.answered else (_("还没有答复过异议"), _("没有异议不等于没有错。")),
        wide=False,
    )


def asked_in_vain(free: Innocent, closed: list[Concluded], told: Telling) -> Panel:
    """Cases closed with every question dismissed: what it cost households that had nothing to explain."""
    _ = told.say
    flagged = sum(one.kind is Kind.FLAGGED for one in closed)
    counts = told.counts([free.cases, flagged - free.cases])
    notices = told.counts([free.noticed, free.cases - free.noticed])
    return Panel(
        "in-vain",
        _("问错了多少户？"),
        _("办结而疑问全部排除的案件"),
        [Column(_("数量"))],
        [
            Row(_("疑问全部排除的户"), [counts[0]]),
            Row(_("其余办结的户"), [counts[1]]),
            Row(_("排除的户收到过通知"), [notices[0]]),
            Row(_("在这些户排除的疑问"), [WITHHELD if counts[0] is WITHHELD else number(free.questions)]),
        ],
        empty=None if flagged else _nothing_closed(told),
        wide=False,
    )


def sample(closed: list[Concluded], told: Telling) -> Panel:
    """What the households came to that nobody asked about and that were drawn by chance."""
    _ = told.say
    found = Counter(one.outcome for one in closed if one.kind is Kind.SAMPLE)
    total = sum(found.values())
    kinds = [outcome for outcome in Outcome if found[outcome]]
    counts = told.counts([found[outcome] for outcome in kinds])
    rows = []
    for place, outcome in enumerate(kinds):
        share = told.share(found[outcome], total)
        ends = [share] if share in (NOTHING, WITHHELD) else [interval(found[outcome], total)]
        rows.append(Row(getattr(outcome, told.language), [counts[place], share, *ends]))
    return Panel(
        "sample",
        _("没有被问的家庭里漏了什么？"),
        _("从没有疑问的家庭随机抽查；只有它量得出漏问和应得未得"),
        [Column(_("户")), Column(_("份额"), "share"), Column(_("95% 区间"), number=False)],
        rows,
        notes=[_("共抽查办结 %(n)s 户。") % {"n": total}] if total and not told.guard else [],
        empty=None if rows else (_("随机抽查还没有办结"), _("在办结之前，漏了多少谁也不知道。")),
    )


def _nothing_closed(told: Telling) -> tuple[str, str]:
    _ = told.say
    return _("还没有办结的案件"), _("办结之后才知道问得对不对、钱变了没有。")
