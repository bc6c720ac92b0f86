"""The work: what lies open and how old it is, what came and was done week by week, and who has it."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.case_words import Status
from ledger.figures import AGES, OLDEST, Workload
from ledger.figures_of_work import Week
from workbench.dashboards.panel import Column, Panel, Row, Telling

BY_AGE = (*(name for _, name in AGES), OLDEST)


def by_status(load: list[Workload], waiting: int, told: Telling) -> Panel:
    """Open cases by status and age in days, and how many are past their day."""
    _ = told.say
    statuses = [one for one in Status if any(entry.status is one for entry in load)]
    ages = {
        (status, age): sum(one.ages.get(age, 0) for one in load if one.status is status)
        for status in statuses
        for age in BY_AGE
    }
    overdue = [sum(one.overdue for one in load if one.status is status) for status in statuses]
    total = [sum(one.cases for one in load if one.status is status) for status in statuses]
    columns = [told.counts([ages[status, age] for status in statuses]) for age in BY_AGE]
    columns += [told.counts(total), told.counts(overdue)]
    held = [_("另有 %(n)s 件因案件配额尚未放出，不在此列。") % {"n": f"{waiting:,}"}] if waiting else []
    return Panel(
        "by-status",
        _("手上有多少，多久了？"),
        _("在办案件按状态和天数分"),
        [
            *(Column(_("%(days)s 天") % {"days": _days(age)}, f"age{place}") for place, age in enumerate(BY_AGE)),
            Column(_("合计")),
            Column(_("逾期")),
        ],
        [
            Row(getattr(status, told.language), [column[place] for column in columns])
            for place, status in enumerate(statuses)
        ],
        chart="bars",
        unit=_("件"),
        notes=held,
        empty=None if statuses else (_("没有在办案件"), _("夜间批次发布疑问后，案件出现在这里。")),
    )


def by_week(weeks: list[Week], told: Telling) -> Panel:
    """Cases that came to people, were closed, and lapsed by themselves, week by week."""
    _ = told.say
    columns = [told.counts([getattr(one, name) for one in weeks], parts=False) for name in ("came", "closed", "lapsed")]
    return Panel(
        "by-week",
        _("来得快还是办得快？"),
        _("每周（周一起）进入待办、办结和自行失效的案件"),
        [Column(_("进入待办"), "new"), Column(_("办结"), "gone"), Column(_("自行失效"), "held")],
        [Row(f"{one.monday:%Y-%m-%d}", [column[place] for column in columns]) for place, one in enumerate(weeks)],
        chart="columns-beside",
        unit=_("件"),
        empty=None if weeks else (_("还没有案件动过"), _("首个夜间批次发布后开始计。")),
    )


def by_person(load: list[Workload], names: Mapping[str, str], told: Telling) -> Panel:
    """Open cases of each person, by name: a plan of who can take more, no ranking."""
    _ = told.say
    people = sorted({one.assignee for one in load if one.assignee}, key=lambda one: names.get(one, one))
    mine = {person: [one for one in load if one.assignee == person] for person in people}
    open_cases = told.counts([sum(one.cases for one in mine[person]) for person in people])
    overdue = told.counts([sum(one.overdue for one in mine[person]) for person in people])
    return Panel(
        "by-person",
        _("谁手上有多少？"),
        _("只有主管看得到；用来分派，不用来排名"),
        [Column(_("在办"), "cases"), Column(_("逾期"))],
        [Row(names.get(person, person), [open_cases[place], overdue[place]]) for place, person in enumerate(people)],
        chart="bars",
        unit=_("件"),
        empty=None if people else (_("没有人领取案件"), _("有人领取后显示各人手上的件数。")),
    )


def _days(age: str) -> str:
    return age.replace("-", "–").replace("over ", ">")
