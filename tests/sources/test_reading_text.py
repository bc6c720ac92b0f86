"""Reading CSV: the same cells and exact line numbers, whatever the chunks; odd lines refused with their reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ProviderError
from sources.card import Card
from sources.reading import read
from tests.sources.room import HEADERS, PERSON, card, csv_bytes

CARD = card()
OURS = ["id_number", "name", "settlement_month", "pay_kind_code", "wage_monthly_yuan", "remark"]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def everything(
    card: Card, data: bytes, size: int = 1 << 20, block: int = 1 << 24
) -> tuple[pl.DataFrame, list[tuple[int, str, str]]]:
    batches = list(read(card, pieces(data, size), block_bytes=block))
    refused = pl.concat([batch.refused for batch in batches]).rows()
    return pl.concat([batch.rows for batch in batches]), [(a, b, c) for a, b, c in refused]


def person(**changed: str) -> list[str]:
    cells = dict(zip(HEADERS, PERSON, strict=True)) | changed
    return [cells[header] for header in HEADERS]


def reasons(data: bytes, card: Card = CARD) -> dict[int, str]:
    return {line: reason for line, reason, _ in everything(card, data)[1]}


def test_rows_come_in_our_names_as_text_with_their_line() -> None:
    rows, refused = everything(CARD, csv_bytes([person(), person(姓名="𠮷田")]))
    assert rows.columns == ["line_number", *OURS]
    assert rows.schema == {"line_number": pl.Int64, **dict.fromkeys(OURS, pl.String)}
    assert rows["line_number"].to_list() == [2, 3]
    assert rows["name"].to_list() == ["古丽·阿依", "𠮷田"]
    assert rows["remark"].to_list() == [None, None]
    assert refused == []


CELL = st.text(
    alphabet=st.characters(
        codec="gb18030", exclude_categories=["Cc", "Cs", "Co", "Zl", "Zp"], exclude_characters="\ufeff\ufdd0"
    ),
    max_size=8,
)
ROW = st.lists(CELL, min_size=7, max_size=7).filter(lambda row: "".join(row).strip("\" \t\u00a0\u3000',") != "")


def _no_totals(row: list[str]) -> bool:
    first = next((cell.strip("\" \t'") for cell in row if cell.strip("\" \t'")), "")
    return not first.startswith("合计")


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(ROW.filter(_no_totals), min_size=1, max_size=12),
    size=st.integers(1, 70),
    block=st.integers(1, 400),
    encoding=st.sampled_from(["gb18030", "utf-8", "utf-8-sig"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    always=st.booleans(),
)
def test_what_a_writer_wrote_is_read_back_for_any_chunks(
    rows: list[list[str]], size: int, block: int, encoding: str, line_end: str, always: bool
) -> None:
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    csv.writer(text, lineterminator=line_end, quoting=quoting).writerows([HEADERS, *rows])
    read_rows, refused = everything(card(encoding=encoding), text.getvalue().encode(encoding), size, block)
    assert refused == []
    assert read_rows["line_number"].to_list() == list(range(2, len(rows) + 2))
    assert read_rows.drop("line_number").rows() == [tuple(cell or None for cell in row[:6]) for row in rows]


@settings(max_examples=60, deadline=None)
@given(
    remarks=st.lists(st.sampled_from(["a", "b\nc", "d,e", 'f"g', "行\r\n末\n", "\n" * 14]), min_size=1, max_size=9),
    size=st.integers(1, 70),
    block=st.integers(1, 300),
)
def test_a_quoted_line_break_stays_in_its_cell_and_lines_still_count(remarks: list[str], size: int, block: int) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADERS, *(person(备注=remark) for remark in remarks)])
    rows, refused = everything(CARD, text.getvalue().encode("gb18030"), size, block)
    breaks = [remark.count("\n") for remark in remarks]
    assert refused == []
    assert rows["line_number"].to_list() == [2 + i + sum(breaks[:i]) for i in range(len(remarks))]
    assert rows["remark"].to_list() == [remark.replace("\r\n", "\n") for remark in remarks]


DIRTY = st.sampled_from(
    [
        b"11010519491231002X,\xb9\xc5,202605,10,1.00,,1",
        b"short,line",
        b"nul\x00byte,a,202605,10,1.00,,1",
        b"lost\xb9,a,202605,10,1.00,,1",
        b"\xb9\xc5\xb9,a,202605,10,1.00,,1",
        b'open "quote,a,202605,10,1.00,,1',
        b'"open,a,202605,10,1.00,,1',
        b'"a ""b"" c",a,202605,10,1.00,,1',
        b"",
        b"   ",
        b",,,,,,",
        "合计,,,,99.00,,".encode("gb18030"),
        ",".join(HEADERS).encode("gb18030"),
        b"x" * 300 + b",a,202605,10,1.00,,1",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(DIRTY, min_size=1, max_size=40),
    size=st.integers(1, 90),
    block=st.integers(1, 900),
    end=st.sampled_from([b"", b"\n", b"\r\n"]),
)
def test_chunks_and_blocks_change_nothing_on_dirty_lines_either(
    lines: list[bytes], size: int, block: int, end: bytes
) -> None:
    narrow = card(max_line_bytes=200)
    data = csv_bytes([person()]) + b"\n".join(lines) + end
    whole, whole_refused = everything(narrow, data)
    rows, refused = everything(narrow, data, size, block)
    assert rows.equals(whole)
    assert refused == whole_refused


def test_every_odd_line_is_refused_with_its_reason_and_its_number() -> None:
    good = ",".join(person()).encode("gb18030")
    odd = {
        3: (b"a,b,c", "wrong_field_count"),
        4: (good + b",extra", "wrong_field_count"),
        5: (good.replace(b"1234", b"12\x004"), "nul_byte"),
        6: (good.replace(b"1234", b"12\x0b4"), "control_character"),
        7: (good.replace("阿".encode("gb18030"), b"\xb0"), "undecodable"),
        8: (b'"never closed,' + good, "unbalanced_quote"),
        9: (b'"a"b,' + good, "unbalanced_quote"),
        10: ("合计,,,,1234.50,,".encode("gb18030"), "totals_row"),
        11: (",".join(HEADERS).encode("gb18030"), "repeated_header"),
        12: (b"9" * 70_000 + b",b,c,d,e,f,g", "line_too_long"),
    }
    data = csv_bytes([person()]) + b"\n".join(line for line, _ in odd.values()) + b"\n" + good
    rows, refused = everything(CARD, data)
    assert {line: reason for line, reason, _ in refused} == {line: reason for line, (_, reason) in odd.items()}
    assert rows["line_number"].to_list() == [2, 13]
    assert refused[0][2] == "a,b,c"
    assert "\\xc0" in refused[4][2]


@pytest.mark.parametrize("before", ["", ",", ",,", " ,\t,,", '"",', '",'])
def test_a_totals_row_is_known_by_its_first_filled_cell(before: str) -> None:
    rest = "," * (6 - before.count(","))
    data = csv_bytes([person(), person(备注="合计")]) + f"{before}合计{rest}\n".encode("gb18030")
    assert reasons(data) == {4: "totals_row"}


def test_many_unknown_headers_are_not_quoted() -> None:
    strange = [f"{header}费" for header in HEADERS[:4]]
    with pytest.raises(ProviderError) as caught:
        everything(CARD, csv_bytes([person()], headers=[*strange, *HEADERS[4:]]))
    assert "姓名费" not in str(caught.value)


def test_blank_lines_are_not_rows() -> None:
    data = csv_bytes([person()]) + b"\n\r\n   \n,,,,,,\n" + ",".join(person()).encode("gb18030") + b"\n\n"
    rows, refused = everything(CARD, data)
    assert rows["line_number"].to_list() == [2, 7]
    assert refused == []


def test_a_mark_inside_an_unquoted_cell_is_a_letter() -> None:
    rows, refused = everything(CARD, csv_bytes([person(备注='12" 屏')]))
    assert rows["remark"].to_list() == ['12" 屏']
    assert refused == []


def test_where_quotes_mean_nothing_they_stay() -> None:
    rows, _ = everything(card(quote=False), csv_bytes([person(备注='"a"'), person(备注='"')]))
    assert rows["remark"].to_list() == ['"a"', '"']


def test_an_unclosed_mark_swallows_no_other_line() -> None:
    data = csv_bytes([person(), person(备注='"'), person(), person(备注='"'), person()])
    rows, refused = everything(CARD, data)
    assert rows["line_number"].to_list() == [2, 4, 6]
    assert [line for line, _, _ in refused] == [3, 5]


def test_characters_assigned_since_2000_leave_the_private_area() -> None:
    data = csv_bytes([person()]).replace("古丽".encode("gb18030"), bytes.fromhex("FE59A8BC"))
    rows, _ = everything(CARD, data)
    assert rows["name"].to_list() == ["\u9fb4\u1e3f·阿依"]


def test_a_byte_order_mark_amid_the_file_hides_no_repeated_header() -> None:
    text = csv_bytes([person()], encoding="utf-8")
    assert reasons(text + b"\xef\xbb\xbf" + text, card(encoding="utf-8")) == {3: "repeated_header"}


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_missing() -> None:
    order = [4, 0, 1, 2, 3]
    data = csv_bytes([[person()[i] for i in order]], headers=[HEADERS[i] for i in order])
    rows, _ = everything(CARD, data)
    assert rows["wage_monthly_yuan"].to_list() == ["1234.50"]
    assert rows["remark"].to_list() == [None]
    assert rows.columns == ["line_number", *OURS]


def test_title_lines_above_the_header_are_not_rows() -> None:
    data = "某市工资表\n\n".encode("gb18030") + csv_bytes([person()])
    rows, refused = everything(card(header_line=3), data, size=3, block=5)
    assert rows["line_number"].to_list() == [4]
    assert refused == []


def test_a_file_without_header_follows_the_card() -> None:
    data = csv_bytes([person()]).split(b"\n", 1)[1]
    rows, _ = everything(card(header=False, field_names=HEADERS), data)
    assert rows["line_number"].to_list() == [1]
    assert rows["wage_monthly_yuan"].to_list() == ["1234.50"]


def _whole_file_faults() -> dict[str, tuple[str, bytes, str]]:
    rows = [person() for _ in range(30)]
    plain = csv_bytes(rows)
    text = plain.decode("gb18030")
    renamed = [header.replace("缴费工资", "月缴费工资") for header in HEADERS]
    return {
        "empty": ("gb18030", b"", "delivery.no_rows"),
        "header only": ("gb18030", csv_bytes([]), "delivery.no_rows"),
        "only blank lines": ("gb18030", csv_bytes([]) + b"\n\n", "delivery.no_rows"),
        "came as UTF-8": ("gb18030", text.encode(), "looks like UTF-8"),
        "came with a mark": ("gb18030", text.encode("utf-8-sig"), "byte order mark"),
        "mark not agreed": ("utf-8", text.encode("utf-8-sig"), "byte order mark"),
        "came as GB18030": ("utf-8", plain, "looks like GB18030"),
        "came as UTF-16": ("gb18030", text.encode("utf-16"), "looks like UTF-16"),
        "came as UTF-16 without mark": ("utf-8", text.encode("utf-16-le"), "UTF-16"),
        "a zip": ("gb18030", b"PK\x03\x04" + plain, "zip archive"),
        "an old workbook": ("gb18030", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + plain, "OLE2"),
        "bare carriage returns": ("gb18030", plain.replace(b"\n", b"\r"), "carriage return"),
        "missing column": ("gb18030", csv_bytes([r[1:] for r in rows], headers=HEADERS[1:]), "missing: 身份证号"),
        "renamed column": ("gb18030", csv_bytes(rows, headers=renamed), r"missing: 缴费工资.*\(月缴费工资\)"),
        "extra column": (
            "gb18030",
            csv_bytes([[*r, "汉"] for r in rows], headers=[*HEADERS, "备注号"]),
            r"column 8 \(备注号\)",
        ),
        "doubled column": ("gb18030", csv_bytes([[*r, "x"] for r in rows], headers=[*HEADERS, "姓名"]), "given twice"),
    }


@pytest.mark.parametrize("what", sorted(_whole_file_faults()))
def test_a_file_that_is_not_what_was_agreed_is_refused_whole(what: str) -> None:
    encoding, data, message = _whole_file_faults()[what]
    with pytest.raises(ProviderError, match=message):
        everything(card(encoding=encoding), data)


def test_a_lost_header_line_quotes_no_person() -> None:
    data = csv_bytes([person()] * 3).split(b"\n", 1)[1]
    with pytest.raises(ProviderError) as caught:
        everything(CARD, data)
    assert PERSON[0] not in str(caught.value)
    assert PERSON[1] not in str(caught.value)


def test_a_person_as_an_extra_header_is_not_quoted() -> None:
    with pytest.raises(ProviderError, match="withheld") as caught:
        everything(CARD, csv_bytes([[*person(), "x"]], headers=[*HEADERS, PERSON[1]]))
    assert PERSON[1] not in str(caught.value)


def test_a_header_that_ran_into_the_first_row_quotes_no_person() -> None:
    with pytest.raises(ProviderError) as caught:
        everything(CARD, csv_bytes([person()] * 3).replace(b"\n", b",", 1))
    assert PERSON[0] not in str(caught.value)
    assert PERSON[1] not in str(caught.value)


def test_a_file_that_goes_on_in_another_encoding_is_refused() -> None:
    rows = [person(备注="这里有很多汉字备注说明")] * 400
    data = csv_bytes(rows) + csv_bytes(rows, encoding="utf-8")
    with pytest.raises(ProviderError, match="from some line on"):
        everything(CARD, data)


def test_a_line_without_end_is_refused_after_a_bounded_part() -> None:
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        yield csv_bytes([person()])
        for _ in range(1024):
            given += 1 << 20
            yield b"9" * (1 << 20)

    with pytest.raises(ProviderError, match="no end"):
        list(read(CARD, endless))
    assert given <= 40 << 20


def test_more_than_the_agreed_size_is_refused() -> None:
    with pytest.raises(ProviderError, match="larger than the agreed"):
        everything(card(max_bytes=500), csv_bytes([person()] * 100), size=100)
