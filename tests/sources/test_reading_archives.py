"""Zip archives and workbooks: read when honest, refused whole when not."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter

from core.errors import ProviderError
from tests.sources.room import HEADERS, PERSON, card, csv_bytes
from tests.sources.test_reading_text import everything, person

ZIPPED = card(zipped=True)
SHEET = card(format="xlsx", encoding=None)


def zipped(*members: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for place, content in enumerate(members):
            archive.writestr(f"wage_{place}.csv", content)
    return out.getvalue()


def workbook(rows: list[list[Any]], *, sheets: int = 1, first_row: int = 0, name: str = "Sheet1") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for place in range(sheets):
        sheet = book.add_worksheet(name if place == 0 else f"other{place}")
        for number, row in enumerate(rows, start=first_row):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, column, cell.replace(tzinfo=None), day)
                elif cell == "#REF!":
                    sheet.write_formula(number, column, "=1/0", None, "#DIV/0!")
                elif isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write_number(number, column, cell)
    book.close()
    return out.getvalue()


def test_a_zipped_file_is_read_as_its_member() -> None:
    rows, refused = everything(ZIPPED, zipped(csv_bytes([person()])), size=7, block=30)
    assert rows["name"].to_list() == [PERSON[1]]
    assert refused == []


def _lying_about_size(content: bytes) -> bytes:
    """An archive whose directory says the member is small."""
    honest = bytearray(zipped(content))
    true_size = struct.pack("<I", len(content))
    return bytes(honest.replace(true_size, struct.pack("<I", 100)))


def _encrypted() -> bytes:
    data = bytearray(zipped(csv_bytes([person()])))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _archives() -> dict[str, tuple[bytes, str]]:
    good = zipped(csv_bytes([person()] * 500))
    return {
        "not an archive": (csv_bytes([person()]), "no archive"),
        "cut off": (good[: len(good) // 2], "cut off or damaged"),
        "a byte changed": (good.replace(good[60:64], b"\x00\x01\x02\x03", 1), "damaged"),
        "two members": (zipped(b"a", b"b"), "2 files"),
        "no member": (zipped(), "0 files"),
        "encrypted": (_encrypted(), "encrypted"),
        "a bomb": (zipped(b"0" * 50_000_000), "would unpack"),
        "a bomb that lies": (_lying_about_size(b"0" * 5_000_000), "damaged"),
        "an archive within": (zipped(good), "zip archive"),
        "empty": (b"", "empty"),
    }


@pytest.mark.parametrize("what", sorted(_archives()))
def test_a_dishonest_archive_is_refused_whole(what: str) -> None:
    data, message = _archives()[what]
    with pytest.raises(ProviderError, match=message):
        everything(ZIPPED, data)


def test_a_sheet_reads_as_the_text_people_see() -> None:
    data = workbook(
        [
            HEADERS,
            ["11010519491231002X", "古丽", 202605, "10", 1234.5, "  前后 ", 1],
            ["440524188001010014", "欧阳", datetime(2026, 5, 1, tzinfo=UTC), "10", 0.1 + 0.2, "", 2],
            [],
            ["", "", "", "", "", "", ""],
            ["150102199003074511", "张三", "202605", "10", 4000, "", 3],
        ]
    )
    rows, refused = everything(SHEET, data)
    assert rows["line_number"].to_list() == [2, 3, 6]
    assert rows["settlement_month"].to_list() == ["202605", "2026-05-01", "202605"]
    assert rows["wage_monthly_yuan"].to_list() == ["1234.5", "0.3", "4000"]
    assert rows["remark"].to_list() == ["  前后 ", None, None]
    assert refused == []


def test_row_numbers_are_those_of_the_sheet_even_below_empty_rows() -> None:
    titled = card(format="xlsx", encoding=None, header_line=3)
    rows, _ = everything(titled, workbook([HEADERS, person()], first_row=2))
    assert rows["line_number"].to_list() == [4]


def test_odd_rows_of_a_sheet_are_refused_with_their_reason() -> None:
    data = workbook(
        [HEADERS, person(), [*person(), "beyond"], HEADERS, ["合计", "", "", "", 9.5], person(备注="#REF!"), person()]
    )
    rows, refused = everything(SHEET, data)
    assert rows["line_number"].to_list() == [2, 7]
    assert [(line, reason) for line, reason, _ in refused] == [
        (3, "wrong_field_count"),
        (4, "repeated_header"),
        (5, "totals_row"),
        (6, "error_cell"),
    ]


def _workbooks() -> dict[str, tuple[bytes, dict[str, Any], str]]:
    good = workbook([HEADERS, person()])
    return {
        "with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, {}, "password-protected"),
        "cut off": (good[:-100], {}, "cut off or damaged"),
        "any other archive": (zipped(b"nothing"), {}, "not an .xlsx"),
        "empty": (b"", {}, "empty"),
        "two sheets": (workbook([HEADERS, person()], sheets=2), {}, "exactly one sheet"),
        "another sheet": (good, {"sheet": "工资"}, "the sheet 工资"),
        "no rows": (workbook([HEADERS]), {}, "no rows"),
        "nothing at all": (workbook([]), {}, "before its header"),
        "a renamed column": (workbook([["证件", *HEADERS[1:]], person()]), {}, "missing: 身份证号"),
        "a csv": (csv_bytes([person()]), {}, "no archive"),
    }


@pytest.mark.parametrize("what", sorted(_workbooks()))
def test_a_workbook_that_is_not_what_was_agreed_is_refused_whole(what: str) -> None:
    data, shape, message = _workbooks()[what]
    with pytest.raises(ProviderError, match=message):
        everything(card(**{"format": "xlsx", "encoding": None} | shape), data)
