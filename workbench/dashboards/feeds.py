"""The feeds: whether they came, how late, and how much of each file was of use."""

from __future__ import annotations

from datetime import date, timedelta

from core.moment import add_months
from publish.feed_history import Arrival, FeedHistory, months_until
from workbench.dashboards.panel import NOTHING, Cell, Column, Panel, Row, Telling, number, percent
from workbench.evidence.lineage import CLASSES
from workbench.words.catalogue import marked
from workbench.words.codes import code_words

MONTHS = 8
_STANDING = marked("演示的时间停在所看批次的数据日：文件是装入演示时才到的，收到日只能说不晚于这一天，滞后是上限。")
_GRAVEST = ("refused", "held", "extracted", "landed", "accepted", "purged")


def calendar(feeds: list[FeedHistory], day: date, told: Telling) -> Panel:
    """Which feed came for which month, and what became of it."""
    _ = told.say
    months = months_until(day, MONTHS)
    return Panel(
        "calendar",
        _("该来的来了吗？"),
        _("每个来源各月的文件：几份，结果如何"),
        [Column(f"{month:%Y-%m}", number=False) for month in months],
        [Row(_title(feed, told), [_month(feed, month, day, told) for month in months]) for feed in feeds],
        notes=[_("“未到”是没有收到，不是没有记录；还没到约定的日子，或按季、按年、一次性的来源，没有文件的月份留空。")],
    )


def lag(feeds: list[FeedHistory], told: Telling) -> Panel:
    """How long after the last day it speaks of each newest delivery came, beside what was agreed."""
    _ = told.say
    rows = []
    for feed in feeds:
        newest = feed.newest
        if newest is None:
            paused = Cell(_("暂停"), mark="bad") if feed.paused else Cell("")
            rows.append(Row(_title(feed, told), [Cell(_("从未收到"), mark="bad"), *[NOTHING] * 3, paused]))
            continue
        most = "≤ " if newest.at_latest else ""
        came = [Cell(f"{most}{newest.landed}"), Cell(f"{most}{newest.lag_days}", newest.lag_days)]
        rows.append(
            Row(
                _title(feed, told),
                [Cell(f"{newest.about}"), *came, number(feed.card.cadence.max_age_days), _standing(feed, told)],
            )
        )
    return Panel(
        "lag",
        _("来得多晚？"),
        _("最新一份从数据截止日到收到的天数"),
        [
            Column(_("数据截至"), number=False),
            Column(_("收到"), number=False),
            Column(_("滞后天数"), "lag"),
            Column(_("约定的最长天数"), "agreed"),
            Column(_("状态"), number=False),
        ],
        rows,
        chart="bars-beside",
        unit=_("天"),
        notes=[_(_STANDING)] if any(one.newest and one.newest.at_latest for one in feeds) else [],
    )


def use(feeds: list[FeedHistory], told: Telling) -> Panel:
    """What became of the rows of each newest delivery, in shares that sum to one; and the match rate before."""
    _ = told.say
    words = code_words()["row_class"]
    return Panel(
        "use",
        _("每份文件有多少用得上？"),
        _("最新一份的行数按去向分；非在册者的行不是错误"),
        [
            Column(_("行数")),
            *(Column(words[name][told.language], name) for name in CLASSES),
            Column(_("上一份匹配率")),
        ],
        [Row(_title(feed, told), _shares(feed)) for feed in feeds],
        chart="bars",
        unit="%",
        notes=[_("匹配率突然变低，多半是证号被表格软件改坏，而不是人少了。")],
    )


def _shares(feed: FeedHistory) -> list[Cell]:
    newest = feed.newest
    if newest is None or not newest.rows:
        return [NOTHING] * (len(CLASSES) + 2)
    before = next((one for one in feed.arrivals[1:] if one.rows), None)
    shares = [percent(newest.share(name)) for name in CLASSES]
    last = percent(before.share("matched")) if before else NOTHING
    return [number(newest.rows), *shares, last]


def _month(feed: FeedHistory, month: date, day: date, told: Telling) -> Cell:
    _ = told.say
    came = feed.of_month(month)
    if came:
        return Cell(_came(came, told), mark="good" if all(one.state == "accepted" for one in came) else "warn")
    first = min((one.month for one in feed.arrivals), default=month)
    due = add_months(month, 1) + timedelta(days=(feed.card.cadence.expected_by_day or 31) - 1)
    missed = feed.card.cadence.every == "month" and first <= month and due < day
    return Cell(_("未到"), mark="bad") if missed else Cell("")


def _came(came: list[Arrival], told: Telling) -> str:
    states = [one.state for one in came]
    words = code_words()["delivery"]
    parts = [(state, states.count(state)) for state in _GRAVEST if state in states]
    return " ".join(f"{told.by_code(words, state)}{f' {n}' if n > 1 else ''}" for state, n in parts)


def _standing(feed: FeedHistory, told: Telling) -> Cell:
    """Whether the newest file counts; where it does not, the day of the data that count in its place."""
    _ = told.say
    newest = feed.newest
    states = [_("暂停")] if feed.paused else []
    if newest is not None and newest.state not in ("accepted", "purged"):
        good = next((one.about for one in feed.arrivals if one.state in ("accepted", "purged")), None)
        states.append(told.by_code(code_words()["delivery"], newest.state))
        states.append(_("核对沿用 %(day)s 的数据", day=good) if good else _("还没有可用的数据"))
    return Cell("；".join(states) if told.language == "zh" else "; ".join(states), mark="bad" if states else "")


def _title(feed: FeedHistory, told: Telling) -> str:
    return str(getattr(feed.card.title, told.language))
