"""A worksheet as it is printed: a table whose sum is its total, and how the numbers below it come about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rules.worksheet.words import GATE, ITEM, KIND, REASON, TREATMENT

Row = Mapping[str, Any]
_HEAD = (
    "| 序 no. | 成员 member | 类别 kind | 项目 item | 期间 period | 证据 level | 金额 amount | 处理 treatment "
    "| 计入 counted |",
    "|---:|---|---|---|---|---:|---:|---|---:|",
)


def on_paper(sheet: Row, lines: Sequence[Row]) -> list[str]:
    """The lines of the printed sheet, Chinese and English; `lines` are its rows of `worksheet_line` in their order."""
    window = f"{sheet['window_from']:%Y-%m} 至 to {sheet['window_to']:%Y-%m}"
    counted, covered, months = sheet["counted_persons"], sheet["covered_persons"], sheet["window_months"]
    return [
        f"家庭收入核算表 Worksheet · {sheet['household_key']}",
        f"核算期 window {window}（{months}个月 months）· 计入 counted {counted}人 · 保障 covered {covered}人",
        "",
        *_HEAD,
        *(_line(line) for line in lines),
        _total(sheet),
        "",
        *_below(sheet),
    ]


def yuan(amount: Decimal) -> str:
    """An amount with two decimals, and as many more as it has."""
    exact = amount.normalize()
    places = max(2, -int(exact.as_tuple().exponent))
    return f"{exact:,.{places}f}"


def _line(line: Row) -> str:
    cells = (
        str(line["line_number"]),
        str(line["person_key"] or "—"),
        KIND[line["kind_code"]],
        ITEM.get(line["item_code"], str(line["item_code"])),
        _period(line),
        "" if line["evidence_level"] is None else str(line["evidence_level"]),
        "" if line["raw_yuan"] is None else yuan(line["raw_yuan"]),
        TREATMENT[line["treatment_code"]],
        "" if line["counted_yuan"] is None else yuan(line["counted_yuan"]),
    )
    return f"| {' | '.join(cells)} |"


def _period(line: Row) -> str:
    first, last = line["period_from"], line["period_to"]
    if first is None or last is None:
        return "不详 not told"
    return f"{first:%Y-%m}" if _month(first) == _month(last) else f"{first:%Y-%m}–{last:%Y-%m}"


def _month(day: date) -> tuple[int, int]:
    return (day.year, day.month)


def _total(sheet: Row) -> str:
    said = "合计 total" if sheet["complete"] else "至少 at least"
    return f"| | | | **{said}** | | | | | **{yuan(sheet['income_total_yuan'])}** |"


def _below(sheet: Row) -> list[str]:
    told = [f"- 去向 gate: {GATE[sheet['gate_code']]}（{REASON[sheet['gate_reason']]}）"]
    if sheet["per_capita_yuan"] is None:
        return told
    total, months, counted = yuan(sheet["income_total_yuan"]), sheet["window_months"], sheet["counted_persons"]
    at_least = "" if sheet["complete"] else "至少 at least "
    share = f"{at_least}{total} ÷ {months} ÷ {counted} = {yuan(sheet['per_capita_yuan'])}"
    told.insert(0, f"- 月人均 per person and month: {share}")
    at_most = "" if sheet["complete"] else "至多 at most "
    gap = f"{at_most}{yuan(sheet['difference_yuan'])}"
    told.insert(1, f"- 标准 line: {yuan(sheet['line_yuan'])} · 差额 difference: {gap}")
    benefit = "—" if sheet["benefit_monthly_yuan"] is None else yuan(sheet["benefit_monthly_yuan"])
    return [*told, f"- 按本表计算的月保障金 benefit by this sheet: {_how(sheet)}{benefit}"]


def _how(sheet: Row) -> str:
    if not sheet["benefit_monthly_yuan"]:
        return ""
    line, total, months = yuan(sheet["line_yuan"]), yuan(sheet["income_total_yuan"]), sheet["window_months"]
    counted, covered = sheet["counted_persons"], sheet["covered_persons"]
    if covered == counted and months == 1:
        return f"⌈{line} × {counted} − {total}⌉ = "
    return f"⌈({line} × {counted} × {months} − {total}) × {covered} ÷ ({counted} × {months})⌉ = "
