"""An Excel workbook: the rows, and a sheet that says who took them, when, by which filters, and their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from workbench.exports.rows import COLUMNS, Cell

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Manifest = Sequence[tuple[str, str]]


class Written(NamedTuple):
    """What was written: rows, and the SHA-256 over their values in order."""

    rows: int
    rows_sha256: str


def write_workbook(
    target: Path | BytesIO,
    batches: Iterable[list[list[Cell]]],
    language: str,
    manifest: Callable[[Written], Manifest],
    *,
    mark: str = "",
) -> Written:
    """Write the workbook; every text is a text, even one that looks like a formula or a number.

    `mark` is printed on every page. A workbook that is made in memory leaves nothing on the disk on its way.
    """
    titles = [zh if language == "zh" else en for _, zh, en in COLUMNS]
    rows, running = 0, hashlib.sha256()
    names = ("案件", "导出说明") if language == "zh" else ("Cases", "About this export")
    in_memory = isinstance(target, BytesIO)
    options = {"in_memory": in_memory, "constant_memory": not in_memory, "strings_to_formulas": False}
    with xlsxwriter.Workbook(target if in_memory else str(target), options) as book:
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        sheet = book.add_worksheet(names[0])
        sheet.freeze_panes(1, 1)
        _print_mark(sheet, mark)
        for column, title in enumerate(titles):
            sheet.set_column(column, column, max(10, 2 * len(title)))
            sheet.write_string(0, column, title, bold)
        for batch in batches:
            for row in batch:
                rows += 1
                running.update(json.dumps(row, ensure_ascii=False, default=str).encode())
                for column, value in enumerate(row):
                    _write(sheet, rows, column, value, money)
        written = Written(rows, running.hexdigest())
        about = book.add_worksheet(names[1])
        _print_mark(about, mark)
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 90)
        for line, (name, value) in enumerate(manifest(written)):
            about.write_string(line, 0, name, bold)
            about.write_string(line, 1, harmless(value))
    return written


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet might take it for a formula, now or saved as CSV."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _print_mark(sheet: xlsxwriter.worksheet.Worksheet, mark: str) -> None:
    if mark:
        words = mark.replace("&", "&&")[:200]  # Excel takes 255 characters of a header, our codes among them
        sheet.set_header(f"&C{words}")
        sheet.set_footer(f"&L{words}&R&P / &N")


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell, money: object) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, harmless(value))
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), money)
    elif value is not None:
        sheet.write_number(row, column, value)
