"""A panel: one question, its figures as a table, and the chart that the browser draws from that very table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.proportion import wilson
from publish.small_cells import LEAST, guarded
from workbench.words.catalogue import teller

MANY_ENOUGH = 30
"""Judged questions below which a share says too little to be quoted alone."""


@dataclass(frozen=True)
class Cell:
    """One cell: the words it shows and the number a chart draws of it (none where there is no number to draw)."""

    words: str
    value: float | None = None
    mark: str = ""


@dataclass(frozen=True)
class Column:
    """One column; `series` names it to the chart, which draws only columns that have one."""

    title: str
    series: str = ""
    number: bool = True


@dataclass(frozen=True)
class Row:
    """One row: what it is about, where that leads, and a cell per column."""

    title: str
    cells: list[Cell]
    href: str = ""


@dataclass(frozen=True)
class Panel:
    """One question with its answer. `chart` is a shape that `charts.js` knows, or nothing; `unit` its axis.

    `empty` says why there is nothing to tell; it is never a row of zeros.
    """

    name: str
    title: str
    about: str
    columns: list[Column]
    rows: list[Row]
    chart: str = ""
    unit: str = ""
    notes: list[str] = field(default_factory=list)
    empty: tuple[str, str] | None = None
    wide: bool = True


@dataclass(frozen=True)
class Telling:
    """How figures are told to one visitor: in which language, and whether small cells are withheld from them."""

    language: str
    guard: bool

    @property
    def say(self) -> Callable[..., str]:
        """Says a Chinese sentence in the visitor's language with its values; English tells one from many."""
        return teller(self.language)

    def counts(self, column: Sequence[int], *, parts: bool = True) -> list[Cell]:
        """One column of counts, guarded for those who may see no case; `parts`: they are parts of one total."""
        shown = guarded(column, parts=parts) if self.guard else list(column)
        return [WITHHELD if number is None else Cell(f"{number:,}", number) for number in shown]

    def share(self, part: int, of: int) -> Cell:
        """`12.3 %`; a dash where there is nothing to share, withheld where one of the two would be."""
        if not of:
            return NOTHING
        if self.guard and (of < LEAST or 0 < part < LEAST or 0 < of - part < LEAST):
            return WITHHELD
        return percent(part / of)

    def by_code(self, words: dict[str, dict[str, str]], code: str) -> str:
        """A code in words, or the code itself where nothing says what it means."""
        return words[code][self.language] if code in words else code


NOTHING = Cell("—")
WITHHELD = Cell("*", mark="withheld")


def number(value: int | None) -> Cell:
    """A count that is no household's; a dash where nothing was counted."""
    return NOTHING if value is None else Cell(f"{value:,}", value)


def percent(value: float | None) -> Cell:
    """A share between 0 and 1 as per cent; a dash where there is none."""
    return NOTHING if value is None else Cell(f"{value:.1%}", round(value * 100, 1))


def interval(part: int, of: int) -> Cell:
    """Both ends of the 95 % interval of a share, in words."""
    low, high = wilson(part, of)
    return Cell(f"{percent(low).words} – {percent(high).words}")


def yuan(value: Decimal) -> Cell:
    """An amount with its sign."""
    return Cell(f"{value:+,.2f}" if value else "0.00", float(value))
