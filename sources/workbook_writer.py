"""An xlsx of one sheet whose rows are laid out column by column instead of cell by cell.

XlsxWriter makes the workbook with the header alone; all further rows are put into its sheet the way the same library
writes them with `constant_memory`, so that the file is the same to the byte in a tenth of the time.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from contextlib import AbstractContextManager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Self
from xml.sax.saxutils import escape

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 (the format has no zone)
_SHEET = "xl/worksheets/sheet1.xml"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_CONTROL, _LIKE_AN_ESCAPE = r"[\x00-\x08\x0b-\x1f]", r"_x[0-9a-fA-F]{4}_"
_NEEDS_CARE = rf"[&<>]|^\s|\s$|{_CONTROL}|{_LIKE_AN_ESCAPE}"
_ROWS_AT_ONCE = 20_000


class WorkbookWriter(AbstractContextManager["WorkbookWriter"]):
    """Writes parts of texts into `path`; texts of the columns in `numbers` become numbers where they are such."""

    first_line = 2

    def __init__(self, path: Path, header: list[str], sheet: str, numbers: frozenset[str]) -> None:
        self._path, self._header, self._sheet, self._numbers = path, header, sheet, numbers

    def __enter__(self) -> Self:
        self._rows = tempfile.TemporaryFile()
        self._row = self._last_filled = 1
        return self

    def __exit__(self, *exception: object) -> None:
        with self._rows, zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED) as book:
            self._assemble(book)

    def put(self, texts: pl.DataFrame, lost: list[int]) -> None:
        """Add the rows; a row without any text takes its number and stands nowhere."""
        for slab in texts.iter_slices(_ROWS_AT_ONCE):
            rows = self._laid_out(slab)
            filled = rows.is_not_null().arg_true()
            if len(filled):
                self._last_filled = self._row + 1 + int(filled[-1])
            self._rows.write(str(rows.str.join().item()).encode())
            self._row += slab.height

    def _laid_out(self, slab: pl.DataFrame) -> pl.Series:
        number = (pl.int_range(pl.len()) + self._row + 1).cast(pl.String)
        ends = slab.select(self._ends(slab[name]).alias(name) for name in slab.columns)
        cells = pl.concat_str(
            pl.concat_str(pl.lit(f'<c r="{xl_col_to_name(place)}'), number, name).fill_null("")
            for place, name in enumerate(ends.columns)
        )
        row = pl.concat_str(pl.lit('<row r="'), number, pl.lit('">'), cells, pl.lit("</row>"))
        return ends.select(pl.when(cells != "").then(row)).to_series()

    def _ends(self, column: pl.Series) -> pl.Series:
        """What follows a cell's reference; null where the cell is empty."""
        text = column.replace("", None)
        ends = '" t="inlineStr"><is><t>' + text + "</t></is></c>"
        odd = text.str.contains(_NEEDS_CARE).fill_null(False).arg_true()
        ends = ends.scatter(odd, [_escaped(each) for each in text[odd]])
        if column.name not in self._numbers:
            return ends
        numeric = text.filter(text.str.contains(_NUMBER)).unique()
        values = [f'"><v>{float(each):.16G}</v></c>' for each in numeric]
        return text.replace_strict(numeric, values, default=ends, return_dtype=pl.String)

    def _assemble(self, book: zipfile.ZipFile) -> None:
        with zipfile.ZipFile(self._frame()) as frame:
            for entry in frame.infolist():
                data = frame.read(entry)
                with book.open(entry, "w") as file:
                    if entry.filename == _SHEET:
                        self._fill(file, data)
                    else:
                        file.write(data)

    def _frame(self) -> BytesIO:
        memory = BytesIO()
        with xlsxwriter.Workbook(memory, {"constant_memory": True}) as book:
            book.set_properties({"created": _CREATED})
            book.add_worksheet(self._sheet).write_row(0, 0, self._header)
        return memory

    def _fill(self, file: IO[bytes], header_alone: bytes) -> None:
        corner = xl_col_to_name(len(self._header) - 1)
        head, end, tail = header_alone.partition(b"</sheetData>")
        first, last = f'ref="A1:{corner}1"', f'ref="A1:{corner}{self._last_filled}"'
        file.write(head.replace(first.encode(), last.encode(), 1))
        self._rows.seek(0)
        shutil.copyfileobj(self._rows, file)
        file.write(end + tail)


def _escaped(text: str) -> str:
    marked = re.sub(_LIKE_AN_ESCAPE, lambda found: f"_x005F{found[0]}", text)
    marked = re.sub(_CONTROL, lambda found: f"_x{ord(found[0]):04X}_", marked)
    space = ' xml:space="preserve"' if marked[0].isspace() or marked[-1].isspace() else ""
    return f'" t="inlineStr"><is><t{space}>{escape(marked)}</t></is></c>'
