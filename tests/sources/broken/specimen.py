"""A healthy delivery made from a source's card alone: every row another invented person, canaries planted in each."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import xlsxwriter

from core.identity_number import check_character
from sources.card import Card
from sources.card_column import Column

DAY = date(2026, 6, 15)
ROWS = 40
CANARY_NAME = "古丽娜扎卡"
CANARY_CASE = "210106-D-7701"


def id_number(place: int) -> str:
    """A valid number for row `place`; about one in ten ends in X, as in life."""
    body = f"110105{1950 + place % 50}{place % 12 + 1:02d}{place % 28 + 1:02d}{place * 7 % 999 + 1:03d}"
    return body + check_character(body)


def canaries() -> list[str]:
    """Texts that identify an invented person and may appear in no message, log or page."""
    return [CANARY_NAME, CANARY_CASE, *(id_number(place) for place in range(2 * ROWS))]


@dataclass(frozen=True)
class Specimen:
    """Headers and rows of a delivery in the provider's words, and how to make its file."""

    card: Card
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def first_line(self) -> int:
        """The line of the first row."""
        return self.card.file.header_line + 1 if self.card.file.header else 1

    @property
    def encoding(self) -> str:
        """The agreed encoding; sheets have none and count as UTF-8."""
        return self.card.file.encoding or "utf-8"

    def place(self, type_: str) -> int | None:
        """Where the first column of a type stands."""
        ours = self.card.columns
        return next((i for i, header in enumerate(self.headers) if header in ours and ours[header].type == type_), None)

    def with_rows(self, rows: Iterable[Iterable[str]]) -> Specimen:
        """The same delivery with other rows."""
        return replace(self, rows=tuple(tuple(row) for row in rows))

    def with_cell(self, row: int, column: int, text: str) -> Specimen:
        """The same delivery with one cell changed."""
        cells = [list(line) for line in self.rows]
        cells[row][column] = text
        return self.with_rows(cells)

    def line(self, cells: Iterable[str]) -> bytes:
        """One line of text as the provider writes it, without its end."""
        if self.card.file.widths:
            widths = self.card.file.widths.values()
            return b"".join(c.encode(self.encoding)[:w].ljust(w) for c, w in zip(cells, widths, strict=True))
        return self.card.file.separator.join(cells).encode("utf-8" if self.encoding == "utf-8-sig" else self.encoding)

    def lines(self) -> list[bytes]:
        """All lines, header included."""
        header = [self.line(self.headers)] if self.card.file.header else []
        return [*header, *(self.line(row) for row in self.rows)]

    def text(self) -> bytes:
        """The whole text file before any archive."""
        mark = b"\xef\xbb\xbf" if self.encoding == "utf-8-sig" else b""
        return mark + b"\r\n".join(self.lines()) + b"\r\n"

    def file(self) -> bytes:
        """The file as it is sent."""
        if self.card.file.format == "xlsx":
            return workbook(self.card.file.sheet or "Sheet1", [self.headers, *self.rows])
        return packed(self.card, self.text())


def specimen(card: Card, *, offset: int = 0, rows: int = ROWS) -> Specimen:
    """A healthy delivery of `rows` rows."""
    headers = tuple(card.file.widths or card.file.field_names or [*card.columns, *card.ignored])
    made = (tuple(_text(card, header, place + offset) for header in headers) for place in range(rows))
    return Specimen(card, headers, tuple(made))


def file_name(card: Card, *, day: str = "20260615", month: str = "202605", sequence: int | None = None) -> str:
    """A name as the card agrees."""
    whole = re.sub(r"\(_p\(\?P<part>[^)]*\)of\(\?P<parts>[^)]*\)\)\?", "", card.file.pattern)
    name = re.sub(r"\(_?\(\?P<sequence>[^)]*\)\)\?", f"_{sequence}" if sequence else "", whole)
    name = re.sub(r"\(\?P<as_of>[^)]*\)", day, re.sub(r"\(\?P<period>[^)]*\)", month, name))
    return name.replace("\\.", ".")


def packed(card: Card, text: bytes) -> bytes:
    """The text, zipped if the card says so."""
    return zipped({"data.csv": text}) if card.file.zipped else text


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook(sheet: str, rows: Iterable[Iterable[str]], *, more: int = 0) -> bytes:
    """A workbook of text cells, with `more` further sheets; `=` opens an erroneous formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if text.startswith("="):
                page.write_formula(number, column, text, None, "#REF!")
            else:
                page.write_string(number, column, text)
    for number in range(more):
        book.add_worksheet(f"附{number}")
    book.close()
    return out.getvalue()


def put(folder: Path, card: Card, content: bytes, name: str | None = None) -> Path:
    """Write a file into its source's folder of an inbox."""
    path = folder / card.source / (name or file_name(card))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _text(card: Card, header: str, place: int) -> str:
    column = card.columns.get(header)
    if column is None:
        return f"{place + 1}"
    if column.codes:
        return next(iter(card.codes_on(column.codes, DAY)))
    return _of_type(column, place)


def _of_type(column: Column, place: int) -> str:
    by_name = {
        "case_number": f"{CANARY_CASE}{place:02d}",
        "region_code": "210106001002",
        "address": f"幸福路{place}号",
        "former_name": "",
    }
    if column.name in by_name:
        return by_name[column.name]
    return {
        "id_number": id_number(place),
        "name": CANARY_NAME,
        "date": "20260105",
        "month": "202605",
        "year": "2025",
        "amount": f"{place + 1}00.50" if column.unit != "fen" else f"{place + 1}0050",
        "count": "2",
        "rate": "8",
        "account": f"62284801{place:011d}",
        "plate": f"辽A{place:05d}",
        "token": f"91210106{place:010d}",
    }.get(column.type, "文本")
