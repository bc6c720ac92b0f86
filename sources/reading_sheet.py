"""Reading .xlsx as the text a reader of the sheet would see, with the sheet's own row numbers."""

from __future__ import annotations

from collections.abc import Iterator

import fastexcel
import numpy as np
import polars as pl

from core.errors import ProviderError, replace_engine_error
from sources.batch import LINE, Batch, refused_frame, with_our_names
from sources.card import Card
from sources.cells import field_schema
from sources.header import Layout, declared_layout, read_layout
from sources.unpacking import checked_workbook

SHEET_ROWS = 1_048_576
_MIDNIGHT = r" 00:00:00$"


def read_sheet(card: Card, content: bytes, *, where: str) -> Iterator[Batch]:
    """The sheet's rows as one batch; row numbers are those the provider sees.

    Raises:
        ProviderError: encrypted, damaged, no or another sheet, another header, or a sheet filled to its last row
            (spreadsheets cut off silently there).
    """
    checked_workbook(content, max_bytes=card.file.max_bytes, where=where)
    table, faulty = _table(card, content, where)
    if table.height >= SHEET_ROWS:
        raise _refusal("sheet_full", "the sheet is filled to its last row, so rows may have been cut off", where)
    layout, begin = _layout(card, table, where)
    cells = _filled(table.slice(begin))
    reasons = _reasons(card, cells, layout, faulty)
    refused = cells.filter(reasons.is_not_null())
    raw = refused.select(pl.concat_str(pl.exclude(LINE).fill_null(""), separator="\t")).to_series()
    rows = _dates_without_midnight(card, with_our_names(cells.filter(reasons.is_null()), layout.ours))
    yield Batch(rows, refused_frame(list(zip(refused[LINE], reasons.drop_nulls(), raw, strict=True))))


def _table(card: Card, content: bytes, where: str) -> tuple[pl.DataFrame, set[int]]:
    """All cells as text with sheet row numbers, and the numbers of rows holding an error value such as #REF!."""
    with replace_engine_error("reading.sheet", where=where):
        try:
            book = fastexcel.read_excel(content)
        except fastexcel.FastExcelError:
            raise _refusal("workbook", "the workbook is damaged or is not an .xlsx", where) from None
        name = _sheet_name(card, book, where)
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        batch, errors = sheet.to_arrow_with_errors()
        frame = pl.DataFrame(pl.from_arrow(batch))
        faulty = {error.position[0] + 1 for error in errors.errors} if errors else set()
    named = frame.rename(dict(zip(frame.columns, field_schema(frame.width), strict=True)))
    return named.select(pl.Series(LINE, np.arange(1, named.height + 1)), pl.all()), faulty


def _sheet_name(card: Card, book: fastexcel.ExcelReader, where: str) -> str:
    names = list(book.sheet_names)
    if card.file.sheet in names:
        return str(card.file.sheet)
    if card.file.sheet is not None or len(names) != 1:
        wanted = f"the sheet {card.file.sheet}" if card.file.sheet else "exactly one sheet"
        raise _refusal("sheet", f"{wanted} was agreed; the workbook has {len(names)} other sheets", where)
    return str(names[0])


def _layout(card: Card, table: pl.DataFrame, where: str) -> tuple[Layout, int]:
    if not card.file.header:
        return declared_layout(card), 0
    if table.height < card.file.header_line:
        raise _refusal("empty", "the sheet ends before its header", where)
    cells = [cell or "" for cell in table.row(card.file.header_line - 1)[1:]]
    while cells and not cells[-1].strip():
        cells.pop()
    return read_layout(card, cells, where=where), card.file.header_line


def _filled(cells: pl.DataFrame) -> pl.DataFrame:
    """Empty cells null, rows without any cell left out."""
    texts = pl.exclude(LINE)
    return cells.with_columns(pl.when(texts != "").then(texts).name.keep()).filter(~pl.all_horizontal(texts.is_null()))


def _reasons(card: Card, cells: pl.DataFrame, layout: Layout, faulty: set[int]) -> pl.Series:
    """Why a row is refused, null where it is not."""
    fields = [f"field_{place}" for place in range(layout.width)]
    beyond = [name for name in cells.columns if name != LINE and name not in fields]
    repeated = pl.all_horizontal(
        pl.col(field).str.strip_chars().eq_missing(text or None)
        for field, text in zip(fields, layout.cells, strict=True)
    )
    first = pl.coalesce(fields).str.strip_chars()
    totals = first.str.starts_with(card.file.totals_marker) if card.file.totals_marker else pl.lit(False)
    reason = (
        pl.when(pl.col(LINE).is_in(sorted(faulty)))
        .then(pl.lit("error_cell"))
        .when(repeated)
        .then(pl.lit("repeated_header"))
        .when(totals)
        .then(pl.lit("totals_row"))
        .when(pl.any_horizontal(pl.col(name).is_not_null() for name in beyond) if beyond else pl.lit(False))
        .then(pl.lit("wrong_field_count"))
    )
    return cells.select(reason.alias("reason")).to_series()


def _dates_without_midnight(card: Card, rows: pl.DataFrame) -> pl.DataFrame:
    """A date cell is shown without its time of 00:00:00."""
    days = [name for name, column in card.our_columns.items() if column.type in ("date", "month")]
    return rows.with_columns(pl.col(days).str.replace(_MIDNIGHT, "")) if days else rows


def _refusal(code: str, what: str, where: str) -> ProviderError:
    return ProviderError(
        f"delivery.{code}", what, where=where, todo="send the workbook again as agreed, open and whole"
    )
