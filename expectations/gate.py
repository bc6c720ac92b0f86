"""The gate of a delivery: its health and account against the card's limits (domain: GB 11643, delivery contract).

Pure: figures in, reasons out. A delivery with a reason is not used, and the feed waits for a named person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sources.card import Card

LEAST_DAMAGED_IDS = 3
"""Ids ending 000 that a file must hold before their share is looked at: about one true id in 1,100 ends so
(sequence ending 00 and check character 0), so one or two in a small file say nothing."""
LEAST_REFUSED_ROWS = 20
STANDARD_DEVIATIONS = 4
"""Between two months of a small delta feed: two deaths after one are no sign of a broken file. By chance alone this is
passed about once in 16,000 deliveries."""
_NOT_DATA = ("repeated_header", "totals_row")
REFUSED_BY_MEANING_SHARE_MAX = Decimal("0.10")
"""Share of the subjects' rows refused by meaning, from 20 refused rows on, above which the layout has changed."""


@dataclass(frozen=True)
class Figures:
    """What extraction recorded about all rows of one delivery.

    `classes` is the account (class → rows) and sums to `rows_received`. `ids` are rows with any id text, of which
    `ids_ending_000` and `ids_ending_x`. `control_rows` and `control_sums` are the provider's own totals, `sums` ours.
    `structural` is reason → structurally refused rows. `previous_rows` is what the accepted delivery before received.
    """

    rows_received: int
    classes: Mapping[str, int]
    ids: int
    ids_ending_000: int
    ids_ending_x: int
    unknown_code_rows: int
    structural: Mapping[str, int] = field(default_factory=dict)
    control_rows: int | None = None
    control_sums: Mapping[str, Decimal] | None = None
    sums: Mapping[str, Decimal] | None = None
    previous_rows: int | None = None

    @property
    def data_rows(self) -> int:
        """Rows without headers repeated mid-file and totals rows, which no provider counts."""
        return self.rows_received - sum(self.structural.get(reason, 0) for reason in _NOT_DATA)

    @property
    def unreadable_rows(self) -> int:
        """Structurally refused rows that should have been data."""
        return self.classes.get("structurally_refused", 0) - (self.rows_received - self.data_rows)


@dataclass(frozen=True)
class Reason:
    """One limit that was passed: which, the figure, what was allowed, and who must act."""

    limit: str
    figure: str
    allowed: str
    who: str
    message_zh: str
    message_en: str


def judge(card: Card, figures: Figures) -> list[Reason]:
    """Every limit of the card that the delivery passes, gravest first; none means accepted."""
    found = [*_totals(card, figures), *_size(card, figures), *_ids(card, figures), *_shares(card, figures)]
    contact = f"{card.provider.zh}（{card.contact.zh}）"
    return [Reason(limit, figure, allowed, contact, zh, en) for limit, figure, allowed, zh, en in found]


_Passed = tuple[str, str, str, str, str]


def _totals(card: Card, figures: Figures) -> Iterator[_Passed]:
    """Sums are asked only of a file read whole: an unreadable row's amount is missing, and its share has a limit."""
    if figures.control_rows is not None and figures.control_rows != figures.data_rows:
        yield (
            "control_rows",
            str(figures.data_rows),
            str(figures.control_rows),
            "实收行数与提供部门申报的行数不一致",
            "rows received differ from the rows the provider says were sent",
        )
    if figures.unreadable_rows:
        return
    sums = figures.sums or {}
    for column, said in sorted((figures.control_sums or {}).items()):
        counted = sums.get(column)
        if column not in card.columns:
            yield (
                "control_sum",
                "—",
                "—",
                "控制文件合计了卡片上没有的列",
                "the control file sums a column that the card does not map",
            )
        elif counted != said:
            yield (
                f"control_sum:{column}",
                "—" if counted is None else str(counted),
                str(said),
                f"“{column}”合计与提供部门申报的合计不一致",
                f"the sum of {column} differs from the sum the provider says was sent",
            )


def _size(card: Card, figures: Figures) -> Iterator[_Passed]:
    rows, healthy = figures.data_rows, card.healthy
    if rows < healthy.rows_min:
        yield (
            "rows_min",
            str(rows),
            str(healthy.rows_min),
            "行数低于下限，数据可能不完整",
            "fewer rows than a healthy delivery has",
        )
    before = None if card.of_request else figures.previous_rows
    limit = Decimal(str(healthy.row_change_share)) * (before or 0)
    if before and abs(rows - before) > max(limit, _by_chance(card, rows, before)):
        yield (
            "row_change_share",
            f"{rows} / {before}",
            f"±{_percent(healthy.row_change_share)}",
            "行数与上一批相比变化过大",
            "the row count changed beyond the limit against the accepted delivery before",
        )


def _by_chance(card: Card, rows: int, before: int) -> Decimal:
    """How far two counts of events may lie apart by chance (Poisson); a snapshot's stock does not vary so."""
    return STANDARD_DEVIATIONS * Decimal(rows + before).sqrt() if card.kind == "delta" else Decimal(0)


def _ids(card: Card, figures: Figures) -> Iterator[_Passed]:
    healthy = card.healthy
    damaged = Decimal(figures.ids_ending_000)
    limit = Decimal(str(healthy.id_ending_000_share_max))
    if damaged >= LEAST_DAMAGED_IDS and damaged >= limit * figures.ids:
        yield (
            "id_ending_000_share_max",
            _percent(damaged / figures.ids),
            _percent(limit),
            "大量身份证号以000结尾，疑似被电子表格截断",
            "too many ids end in 000: a spreadsheet cut them to fifteen digits",
        )
    if figures.ids > healthy.id_without_x and figures.ids_ending_x == 0:
        yield (
            "id_without_x",
            f"0 / {figures.ids}",
            ">0",
            "没有一个身份证号以X结尾，疑似被电子表格改写",
            "not one id ends in X, where about one in eleven does: a spreadsheet rewrote them",
        )


def _shares(card: Card, figures: Figures) -> Iterator[_Passed]:
    healthy, classes = card.healthy, figures.classes
    refused = classes.get("refused_by_meaning", 0)
    subjects = refused + classes.get("matched", 0)
    shares = (
        (
            "structural_refusal_share_max",
            figures.unreadable_rows,
            figures.data_rows,
            healthy.structural_refusal_share_max,
            "无法读取的行过多，文件版式可能已改变",
            "too many rows cannot be read: the layout may have changed",
        ),
        (
            "unusable_id_share_max",
            classes.get("unusable_id", 0),
            figures.data_rows,
            healthy.unusable_id_share_max,
            "身份证号不可用的行过多",
            "too many rows without a usable id",
        ),
        (
            "unknown_code_share_max",
            figures.unknown_code_rows,
            figures.data_rows,
            healthy.unknown_code_share_max,
            "出现代码表以外的代码",
            "codes that the card's code tables do not hold",
        ),
        (
            "refused_by_meaning_share_max",
            refused if refused >= LEAST_REFUSED_ROWS else 0,
            subjects,
            REFUSED_BY_MEANING_SHARE_MAX,
            "因内容不合理被搁置的行过多",
            "too many of the subjects' rows were refused by their meaning",
        ),
    )
    for limit, count, of, allowed, zh, en in shares:
        if of and Decimal(count) > Decimal(str(allowed)) * of:
            yield limit, f"{_percent(Decimal(count) / of)} ({count} / {of})", _percent(allowed), zh, en


def _percent(share: Decimal | float) -> str:
    return f"{float(share) * 100:.4g}%"
