"""The worksheet as a waterfall: each counted line from where the one before ended, the total, and the line it meets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workbench.evidence.snapshot import Row
from workbench.evidence.worksheet import Worksheet

LEFT, WIDTH, ROW = 230, 400, 24
MOST = 12
"""Bars that still can be told apart; the smallest beyond them are drawn as one."""


@dataclass(frozen=True)
class Bar:
    """One bar: `lines` it stands for, its exact amount over the window, and where it is drawn, in pixels.

    `kind` is `plus`, `minus` or `total`.
    """

    kind: str
    lines: list[Row]
    amount: Decimal
    x: float
    width: float
    y: int


@dataclass(frozen=True)
class Waterfall:
    """The bars from the first line to the total; `limit` is line × persons × months, drawn at `limit_x`."""

    bars: list[Bar]
    limit: Decimal | None
    limit_x: float | None

    @property
    def height(self) -> int:
        """The height of the drawing in pixels, with the words of the limit below."""
        return ROW * len(self.bars) + (22 if self.limit is not None else 4)


def waterfall(sheet: Worksheet) -> Waterfall | None:
    """The drawing, or none where nothing was counted: an empty drawing would look like an income of zero."""
    groups = _groups([line for line in sheet.lines if line["counted_yuan"]])
    if not groups:
        return None
    limit = _limit(sheet.sum)
    ends = [Decimal(0)]
    for group in groups:
        ends.append(ends[-1] + _sum(group))
    low, high = min(ends), max(*ends, limit or Decimal(0))
    scale = WIDTH / float(high - low) if high > low else 0.0

    def bar(place: int, kind: str, lines: list[Row], start: Decimal, end: Decimal) -> Bar:
        left, right = sorted((start, end))
        x, width = LEFT + float(left - low) * scale, max(float(right - left) * scale, 1.0)
        return Bar(kind, lines, end - start, round(x, 1), round(width, 1), place * ROW)

    bars = [
        bar(place, "plus" if ends[place + 1] >= ends[place] else "minus", group, ends[place], ends[place + 1])
        for place, group in enumerate(groups)
    ]
    bars.append(bar(len(groups), "total", [], Decimal(0), ends[-1]))
    return Waterfall(bars, limit, None if limit is None else round(LEFT + float(limit - low) * scale, 1))


def _groups(lines: list[Row]) -> list[list[Row]]:
    """Each line alone, and the smallest together once there are too many."""
    if len(lines) <= MOST:
        return [[line] for line in lines]
    large = sorted(lines, key=lambda line: -abs(line["counted_yuan"]))[: MOST - 1]
    kept = {line["line_number"] for line in large}
    return [
        *([line] for line in lines if line["line_number"] in kept),
        [line for line in lines if line["line_number"] not in kept],
    ]


def _sum(lines: list[Row]) -> Decimal:
    return sum((line["counted_yuan"] for line in lines), Decimal(0))


def _limit(total: Row) -> Decimal | None:
    if total["line_yuan"] is None or not total["counted_persons"] or not total["window_months"]:
        return None
    return Decimal(total["line_yuan"] * total["counted_persons"] * total["window_months"])
