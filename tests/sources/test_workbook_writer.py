"""A workbook laid out column by column is the workbook that XlsxWriter writes cell by cell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from sources.workbook_writer import WorkbookWriter

HEADER = ["姓名", "金额", "备注"]
TEXTS = {
    "姓名": ["王芳", "张　伟", "\u00a0李强", "阿依古丽·买买提", None, "", "𠮷田", "<b>&\"'"],
    "金额": ["1200.50", "-3", "0.10", "1,200.00", None, "", "6228480000000000123", "007"],
    "备注": ["tail ", "\tin\tside", "_x0041_", "a\x01b", None, "ends\n", "", " "],
}


def _cell_by_cell(path: Path, rows: list[tuple[str | None, ...]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 (the format has no zone)
        page = book.add_worksheet("表")
        for number, row in enumerate([tuple(HEADER), *rows]):
            for place, text in enumerate(row):
                if place == 1 and text and text.lstrip("-").replace(".", "", 1).isdigit():
                    page.write_number(number, place, float(text))
                elif text:
                    page.write_string(number, place, text)


def _column_by_column(path: Path, *parts: pl.DataFrame) -> None:
    with WorkbookWriter(path, HEADER, "表", frozenset({"金额"})) as book:
        for part in parts:
            book.put(part, [])


def test_odd_texts_numbers_and_empty_rows_give_the_bytes_of_the_library(tmp_path: Path) -> None:
    texts = pl.DataFrame(TEXTS)
    _cell_by_cell(tmp_path / "cells.xlsx", texts.rows())
    _column_by_column(tmp_path / "columns.xlsx", texts)
    assert (tmp_path / "columns.xlsx").read_bytes() == (tmp_path / "cells.xlsx").read_bytes()


def test_rows_come_in_parts_of_any_size_without_changing_the_file(tmp_path: Path) -> None:
    texts = pl.DataFrame({name: values * 6_000 for name, values in TEXTS.items()})
    _column_by_column(tmp_path / "one.xlsx", texts)
    _column_by_column(tmp_path / "three.xlsx", texts[:1], texts[1:1], texts[1:30_001], texts[30_001:])
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "three.xlsx").read_bytes()


@pytest.mark.parametrize("rows", [0, 1])
def test_a_sheet_that_ends_in_empty_rows_says_how_far_it_is_filled(tmp_path: Path, rows: int) -> None:
    filled, empty = ("张伟", "1", "x"), (None, "", None)
    texts = pl.DataFrame([*[filled] * rows, empty, empty], schema=dict.fromkeys(HEADER, pl.String), orient="row")
    _cell_by_cell(tmp_path / "cells.xlsx", texts.rows())
    _column_by_column(tmp_path / "columns.xlsx", texts)
    assert (tmp_path / "columns.xlsx").read_bytes() == (tmp_path / "cells.xlsx").read_bytes()
