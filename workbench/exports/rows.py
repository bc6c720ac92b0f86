"""What an export holds: the cases of a queue, a row each, with the head masked unless opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.moment import SHANGHAI
from ledger import case_queue, cases, users
from ledger.case_queue import Filters
from ledger.cases import Case
from ledger.exports import Export
from ledger.scope import Scope
from workbench.exports.clear import Head, Opened, masked
from workbench.house import House
from workbench.web.views import VIEWS
from workbench.words.codes import said
from workbench.words.regions import place

NARROWED = ("severity", "rule", "town")
BATCH = 500
COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("case_no", "案件号", "Case"),
    ("severity", "等级", "Severity"),
    ("kind", "种类", "Kind"),
    ("rule", "首要疑问", "Leading question"),
    ("flags", "疑问数", "Questions"),
    ("difference_yuan", "最大差额（元/月）", "Largest difference (yuan a month)"),
    ("region_code", "区划代码", "Region code"),
    ("place", "区划", "Region"),
    ("members", "人口", "Members"),
    ("head_name", "户主", "Head"),
    ("head_id", "户主证件号", "Head's number"),
    ("status", "状态", "Status"),
    ("outcome", "意见", "Outcome"),
    ("assignee", "承办", "In the hands of"),
    ("due", "时限", "Due"),
    ("opened", "立案日期", "Opened"),
)
Cell = str | int | Decimal | None


def filters_of(kept: Mapping[str, str], user_id: str) -> Filters:
    """The queue's own filters of what was asked for: a tab as that person sees it, narrowed."""
    view = next(one for one in VIEWS if one.name == kept["view"])
    wanted: dict[str, Any] = {name: kept[name] for name in NARROWED if kept.get(name)}
    return replace(view.filters(user_id), **wanted)


def batches(house: House, export: Export, language: str, opened: Opened | None = None) -> Iterator[list[list[Cell]]]:
    """The rows in the queue's order, some hundred at a time, never more than were asked for; masked unless `opened`."""
    scope, wanted = Scope(tuple(export.prefixes)), filters_of(export.filters, export.by_whom)
    names = {user.user_id: user.display_name for user in users.listed(house.desk.ledger)}
    after, left = None, export.row_count
    while left > 0:
        found = case_queue.page(house.desk, scope, wanted, after=after, size=min(BATCH, left))
        members = cases.heads(house.desk, scope, [one.case_id for one in found.cases])
        clear = {} if opened is None else opened.heads(found.cases, members)
        heads = {one.case_id: clear.get(one.case_id) or masked(members.get(one.case_id)) for one in found.cases}
        yield [_row(house, one, heads[one.case_id], names, language) for one in found.cases]
        after, left = found.after, left - len(found.cases)
        if after is None:
            return


def _row(house: House, case: Case, head: Head, names: dict[str, str], language: str) -> list[Cell]:
    page = house.pages.get(case.rule_top or "")
    title = None if page is None else getattr(page.card.title, language)
    return [
        case.case_no,
        said("severity", case.severity, language) if case.rule_top else None,
        getattr(case.kind, language),
        title or case.rule_top,
        case.flag_count,
        None if case.difference_fen is None else Decimal(case.difference_fen) / 100,
        case.region_code,
        place(case.region_code, language),
        case.member_count,
        head.name,
        head.id_number,
        getattr(case.status, language),
        None if case.outcome is None else getattr(case.outcome, language),
        names.get(case.assignee or ""),
        case.due_date.isoformat(),
        case.opened_at.astimezone(SHANGHAI).date().isoformat(),
    ]
