"""The household's arithmetic as the run reckoned it: every operand, where it comes from, and what it counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from workbench.evidence.snapshot import Row, Snapshot

FEN = Decimal("0.01")


@dataclass(frozen=True)
class Worksheet:
    """The sum and its lines, and the members who do not count, with `reason_code`: a record that is itself a question.

    Where `sum["complete"]` is false, the total is "at least": it never says that a household is below a line.
    """

    sum: Row
    lines: list[Row]
    left_out: list[Row] = field(default_factory=list)

    @property
    def counted(self) -> list[Row]:
        """Lines that entered the sum."""
        return [line for line in self.lines if line["counted_yuan"] is not None]

    @property
    def others(self) -> list[Row]:
        """Lines that did not: they only ask, are property, or could not be looked at."""
        return [line for line in self.lines if line["counted_yuan"] is None]


def worksheet(run: Snapshot, household_key: str) -> Worksheet | None:
    """The household's worksheet, or none where the run reckoned none (older runs, households without a count)."""
    if not (run.has("worksheet") and run.has("worksheet_line")):
        return None
    found = run.row("select * from worksheet where household_key = ?", household_key)
    if found is None:
        return None
    lines = run.rows("select * from worksheet_line where household_key = ? order by line_number", household_key)
    left_out: list[Row] = []
    if run.has("unit_member"):
        left_out = run.rows("select * from unit_member where household_key = ? and not counted", household_key)
    return Worksheet(found, [{**line, "counted_yuan": _fen(line["counted_yuan"])} for line in lines], left_out)


def _fen(amount: Decimal | None) -> Decimal | None:
    """Rounded for showing only; the sum was rounded once, from the exact lines."""
    return None if amount is None else amount.quantize(FEN, ROUND_HALF_UP)
