"""Fairness: are some places, or households of some size, asked more than others, and with less reason?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.proportion import wilson
from ledger.figures_of_fairness import Judged
from publish.nights import Nights, within
from workbench.dashboards.panel import MANY_ENOUGH, NOTHING, WITHHELD, Cell, Column, Panel, Row, Telling, interval
from workbench.dashboards.places import Place, named

LARGEST = 6


@dataclass
class Group:
    """Households that share a place or a size: how many, asked about, questions settled and confirmed."""

    households: int = 0
    flagged: int = 0
    settled: int = 0
    confirmed: int = 0


def by_place(nights: Nights, run_id: str, judged: list[Judged], at: Place, told: Telling) -> Panel:
    """The flag rate and the confirmed rate of each county, or of each place below where there is one county only."""
    _ = told.say
    counties = within(nights.homes(run_id), at.scope)["region_code"].str.slice(0, 6).n_unique()
    digits = 6 if counties > 1 else max(at.below, 9)
    groups = _groups(nights, run_id, judged, at, lambda region, _size: region[:digits])
    return _panel(
        "fair-place", _("各地被问得一样多、一样有理吗？"), groups, told, lambda code: named(code, told.language)
    )


def by_size(nights: Nights, run_id: str, judged: list[Judged], at: Place, told: Telling) -> Panel:
    """The same by the number of members: a larger household has more that can be asked about."""
    _ = told.say
    groups = _groups(nights, run_id, judged, at, lambda _region, size: f"{min(size, LARGEST)}")

    def title(size: str) -> str:
        return _("%(n)s 口人及以上", n=size) if size == f"{LARGEST}" else _("%(n)s 口人", n=size)

    return _panel("fair-size", _("人口多的家庭更容易被问吗？"), groups, told, title)


def _groups(
    nights: Nights, run_id: str, judged: list[Judged], at: Place, key: Callable[[str, int], str]
) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    homes = within(nights.homes(run_id), at.scope)
    for region, size, households, flagged in homes.select(
        "region_code", "member_count", "households", "flagged"
    ).iter_rows():
        group = groups.setdefault(key(region, size), Group())
        group.households += households
        group.flagged += flagged
    for one in judged:
        group = groups.setdefault(key(one.region_code, one.member_count), Group())
        group.settled += one.settled
        group.confirmed += one.confirmed
    return dict(sorted(groups.items()))


def _panel(name: str, title: str, groups: dict[str, Group], told: Telling, called: Callable[[str], str]) -> Panel:
    _ = told.say
    everybody = Group()
    for group in groups.values():
        for part in ("households", "flagged", "settled", "confirmed"):
            setattr(everybody, part, getattr(everybody, part) + getattr(group, part))
    counts = {
        part: told.counts([getattr(group, part) for group in groups.values()])
        for part in ("households", "flagged", "settled")
    }
    # how many are not asked stands nowhere, and is told by the two counts beside each other
    quiet = told.counts([group.households - group.flagged for group in groups.values()])
    rows = []
    for place, (code, group) in enumerate(groups.items()):
        flagged = WITHHELD if quiet[place] is WITHHELD else counts["flagged"][place]
        asked = WITHHELD if flagged is WITHHELD else told.share(group.flagged, group.households)
        cells = [counts["households"][place], flagged, asked]
        cells += [counts["settled"][place], *_right(group, told), _warning(group, everybody, told)]
        rows.append(Row(called(code), cells))
    few = any(0 < group.settled < MANY_ENOUGH for group in groups.values())
    notes = [_("定论不足 %(n)s 项的属实率只列在表中，不画成柱。", n=MANY_ENOUGH)] if few else []
    if not everybody.settled:
        notes = [_("还没有人判断过：被问得多不多看得出，问得有没有理还不知道。")]
    return Panel(
        name,
        title,
        _("被问率来自本夜批次；属实率来自半年内的判断"),
        [
            *(Column(_("在册户")), Column(_("有疑问的户")), Column(_("被问率"), "flagged"), Column(_("定论 n"))),
            *(Column(_("属实率"), "confirmed"), Column(_("95% 区间"), number=False), Column("", number=False)),
        ],
        rows,
        chart="bars-beside",
        unit="%",
        notes=notes,
        empty=None if rows else (_("这里没有在册家庭"), _("换一个地方，或回到上一级。")),
    )


def _right(group: Group, told: Telling) -> list[Cell]:
    """The confirmed rate and its interval; a rate of too few judgements is told, and drawn as no bar."""
    share = told.share(group.confirmed, group.settled)
    if share in (NOTHING, WITHHELD):
        return [share, share]
    drawn = share if group.settled >= MANY_ENOUGH else replace(share, value=None)
    return [drawn, interval(group.confirmed, group.settled)]


def _warning(group: Group, everybody: Group, told: Telling) -> Cell:
    """Asked surely more than all, and surely less often right: somebody should look why."""
    _ = told.say
    if group.settled < MANY_ENOUGH or not group.households or not everybody.households:
        return Cell(_("样本不足"), mark="soft") if group.settled else Cell("")
    more = wilson(group.flagged, group.households)[0] > everybody.flagged / everybody.households
    less = wilson(group.confirmed, group.settled)[1] < everybody.confirmed / everybody.settled
    return Cell(_("问得多而准得少"), mark="bad") if more and less else Cell("")
