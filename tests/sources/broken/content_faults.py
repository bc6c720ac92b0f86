"""Faults that keep the file's form and spoil what it says: all rows are read, none may be taken for healthy."""

from __future__ import annotations

from collections.abc import Iterator

from sources.card import Card
from tests.sources.broken.delivery import BrokenDelivery
from tests.sources.broken.specimen import ROWS, Specimen, put, specimen


def content_faults(card: Card) -> Iterator[BrokenDelivery]:
    """Unknown codes, swapped columns, damaged ids, absurd amounts and dates, doubled rows."""
    whole = specimen(card)
    at = whole.place("id_number")
    if at is not None:
        yield _read(whole.with_rows(_swapped(row, at) for row in whole.rows), "swapped two columns", gate="unusable_id")
        zeros = whole.with_rows(_replaced(row, at, row[at][:15] + "000") for row in whole.rows)
        yield _read(zeros, "went through a spreadsheet", gate="id_ending_000_share")
    code = whole.place("code")
    if code is not None:
        width = len(whole.rows[0][code])
        yield _read(whole.with_cell(5, code, "~" * width), "has an unknown code", gate="unknown_code_share")
    for type_, texts in _ABSURD.items():
        place = whole.place(type_)
        for name, text in texts.items() if place is not None else ():
            yield _read(whole.with_cell(7, place or 0, text), name)
    yield _read(whole.with_rows([*whole.rows, whole.rows[0]]), "has a row twice", rows=ROWS + 1, doubled=1)


_ABSURD = {
    "amount": {"has a negative amount": "-900.00", "has a huge amount": "99999999999", "has no amount": "无"},
    "date": {"has an impossible date": "20260231", "has a date of zeros": "00000000", "has a far date": "99991231"},
    "month": {"has a month thirteen": "202613"},
    "id_number": {"has no id": "不详", "has a test row": "1" * 18},
}


def _read(whole: Specimen, name: str, *, rows: int = ROWS, gate: str | None = None, doubled: int = 0) -> BrokenDelivery:
    source = whole.card.source
    content = whole.file()
    return BrokenDelivery(
        f"{source}: {name}",
        source,
        lambda inbox: put(inbox, whole.card, content),
        rows=rows,
        gate=gate,
        doubled=doubled,
    )


def _swapped(row: tuple[str, ...], at: int) -> tuple[str, ...]:
    """The id and its neighbour exchanged."""
    other = at + 1 if at + 1 < len(row) else at - 1
    cells = list(row)
    cells[at], cells[other] = cells[other], cells[at]
    return tuple(cells)


def _replaced(row: tuple[str, ...], at: int, text: str) -> tuple[str, ...]:
    return (*row[:at], text, *row[at + 1 :])
