"""Reading fixed width counted in bytes."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ProviderError
from tests.sources.room import HEADERS, card, fixed_width_card
from tests.sources.test_reading_text import everything

CARD = fixed_width_card()
WIDTHS = list((CARD.file.widths or {}).values())


def record(*cells: str, encoding: str = "gb18030") -> bytes:
    """One record; a cell too long is cut at its width in bytes, as providers do."""
    return b"".join(c.encode(encoding)[:w].ljust(w) for c, w in zip(cells, WIDTHS, strict=True))


def row(name: str = "古丽", wage: str = "1234.50", remark: str = "") -> bytes:
    return record("11010519491231002X", name, "202605", "10", wage, remark, "1")


def test_fields_are_cut_by_bytes_and_padding_is_dropped() -> None:
    rows, refused = everything(CARD, row() + b"\r\n" + row("欧阳", remark="中文") + b"\n")
    assert rows.rows() == [
        (1, "11010519491231002X", "古丽", "202605", "10", "1234.50", None),
        (2, "11010519491231002X", "欧阳", "202605", "10", "1234.50", "中文"),
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("阿卜杜拉·x图", "阿卜杜拉·"),
        ("a古丽阿依努尔", "a古丽阿依"),
        ("abcdefgh𠮷", "abcdefgh"),
        ("abcdefg𠮷", "abcdefg"),
    ],
)
def test_a_name_cut_inside_a_character_loses_only_that_half(name: str, kept: str) -> None:
    rows, refused = everything(CARD, row(name) + b"\n")
    assert refused == []
    assert rows["name"].to_list() == [kept]
    assert rows["settlement_month"].to_list() == ["202605"]


def test_a_character_cut_at_the_end_of_the_record_is_dropped_too() -> None:
    rows, refused = everything(CARD, record("1", "a", "202605", "10", "1", "a古丽阿依", "abc古") + b"\n")
    assert refused == []
    assert rows["remark"].to_list() == ["a古丽阿"]


def test_a_record_of_another_length_is_refused_and_shifts_no_other() -> None:
    lost = row("古丽·阿依").replace("古".encode("gb18030"), b"\xb9")
    rows, refused = everything(CARD, row() + b"\n" + lost + b"\n\n" + b"   \n" + row()[:-3] + b"\n" + row() + b"\n")
    assert rows["line_number"].to_list() == [1, 6]
    assert [(line, reason) for line, reason, _ in refused] == [(2, "wrong_length"), (5, "wrong_length")]


def test_odd_records_are_refused_with_their_reason() -> None:
    odd = [
        (row().replace(b"1234", b"1234 "), "wrong_length"),
        (row().replace(b"1234", b"1\x0034"), "nul_byte"),
        (row().replace(b"1234", b"1\x1f34"), "control_character"),
        (row().replace("古".encode("gb18030"), b"\xff\xff"), "undecodable"),
        (record("合计", "", "", "", "99.00", "", ""), "totals_row"),
    ]
    rows, refused = everything(CARD, row() + b"\n" + b"\n".join(line for line, _ in odd))
    assert rows["line_number"].to_list() == [1]
    assert [(line, reason) for line, reason, _ in refused] == [(2 + i, reason) for i, (_, reason) in enumerate(odd)]


def test_a_header_is_checked_and_its_repetition_refused() -> None:
    widths = dict(zip(HEADERS, WIDTHS, strict=True))
    with_header = card(format="fixed_width", widths=widths)
    header = record(*HEADERS)
    rows, refused = everything(with_header, header + b"\n" + row() + b"\n" + header + b"\n", size=7, block=9)
    assert rows["line_number"].to_list() == [2]
    assert [(line, reason) for line, reason, _ in refused] == [(3, "repeated_header")]
    with pytest.raises(ProviderError, match="renamed"):
        everything(with_header, header.replace("姓名".encode("gb18030"), "名字".encode("gb18030")) + b"\n" + row())


CELL = st.text(
    st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Co", "Zs"], exclude_characters="\ufdd0"),
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(
    cells=st.lists(st.tuples(*[CELL] * 7), min_size=1, max_size=8),
    size=st.integers(1, 60),
    block=st.integers(1, 200),
    end=st.sampled_from([b"\n", b"\r\n"]),
)
def test_whole_characters_come_back_and_halves_go_for_any_chunks(
    cells: list[tuple[str, ...]], size: int, block: int, end: bytes
) -> None:
    def cut(cell: str, width: int) -> str | None:
        return cell.encode("gb18030")[:width].decode("gb18030", "ignore") or None

    kept = [[cut(c, w) for c, w in zip(line, WIDTHS, strict=True)] for line in cells]
    cells = [(("9", *line[1:]) if kept[i][0] is None else line) for i, line in enumerate(cells)]
    if any((line[0] or "").startswith("合计") for line in cells):
        return
    rows, refused = everything(CARD, b"".join(record(*line) + end for line in cells), size, block)
    assert refused == []
    expected = [tuple(cut(c, w) for c, w in list(zip(line, WIDTHS, strict=True))[:6]) for line in cells]
    assert rows.drop("line_number").rows() == expected
    assert rows["line_number"].equals(pl.Series("line_number", range(1, len(cells) + 1), dtype=pl.Int64))
