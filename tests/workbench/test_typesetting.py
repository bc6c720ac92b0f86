"""A letter on paper: an archive's PDF with its fonts within, the same bytes for the same words, never a box."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from core.errors import OperatorError
from core.settings import Settings
from workbench.letters.sections import section
from workbench.letters.typeset import typeset
from workbench.letters.words import WORDS, words

FONTS = Settings().fonts_folder
NEVER = re.compile("欺诈|诈骗|骗取|骗保|隐瞒|瞒报|虚报|作弊|造假")


def letter(**other: Any) -> dict[str, Any]:
    """A small letter."""
    common: dict[str, Any] = {"kind": "notice", "title": "核对情况告知书", "case_no": "HD-2026-0000001", "number": None}
    common |= {"code": None, "contents_sha256": "a" * 64, "office": "核对中心", "contact": "", "day": [2026, 6, 20]}
    common |= {
        "date": "2026年6月20日",
        "addressee": "户主 王**",
        "opening": ["请您说明。"],
        "closing": [],
        "signers": [],
    }
    return {**common, "sections": [], "words": words()["common"], **other}


def text_of(pdf: bytes) -> str:
    """What a reader can copy out of it, without any space: between Chinese and Latin letters Typst sets some."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_letter_is_an_archives_pdf_with_every_font_within() -> None:
    made = typeset(letter(), FONTS)
    marked = PdfReader(io.BytesIO(made)).xmp_metadata
    assert marked is not None
    told = marked.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in told
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in told
    page = PdfReader(io.BytesIO(made)).pages[0]
    fonts = [one.get_object() for one in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(below)
    assert "核对情况告知书" in text_of(made)


def test_the_same_words_give_the_same_bytes() -> None:
    assert typeset(letter(), FONTS) == typeset(letter(), FONTS)
    assert typeset(letter(), FONTS) != typeset(letter(case_no="HD-2026-0000002"), FONTS)


def test_a_draft_says_so_and_an_issued_letter_carries_number_code_and_hash() -> None:
    assert "草稿" in text_of(typeset(letter(), FONTS))
    issued = text_of(typeset(letter(number="核告〔2026〕1号", code="ABCD-EFGH-JKLM"), FONTS))
    assert "草稿" not in issued
    for one in ("核告〔2026〕1号", "ABCD-EFGH-JKLM", "a" * 64):
        assert one in issued


def test_a_letter_says_where_the_office_is_reached_once_that_is_known() -> None:
    assert "联系方式" not in text_of(typeset(letter(), FONTS))
    told = text_of(typeset(letter(contact="样例路1号，电话000-0000000"), FONTS))
    assert "联系方式：样例路1号，电话000-0000000" in told


def test_a_name_that_the_font_cannot_draw_is_told_and_not_printed_as_a_box() -> None:
    with pytest.raises(OperatorError) as caught:
        typeset(letter(addressee="户主 王\U0002e9f5明"), FONTS)
    assert caught.value.code == "letter.glyph"
    assert "收件人 addressee U+2E9F5" in str(caught.value)
    assert "王" not in str(caught.value)


@pytest.mark.parametrize("name", ["𬭎", "𠮷", "〇", "阿卜杜热西提·阿卜杜热合曼"])
def test_rare_characters_that_the_font_has_are_printed(name: str) -> None:
    assert name in text_of(typeset(letter(addressee=f"户主 {name}"), FONTS))


def test_without_the_fonts_no_letter_is_made_and_it_is_said_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as caught:
        typeset(letter(), tmp_path)
    assert caught.value.code == "letter.fonts"
    assert "fonts-noto-cjk" in str(caught.value)


@pytest.mark.parametrize("number", [0, 1, 60, 300])
def test_a_table_of_any_length_keeps_its_head_on_every_page(number: int) -> None:
    rows = [["户主", f"第{place}项", "1.00", "2.00", "1.00", "2026-05"] for place in range(number)]
    made = PdfReader(io.BytesIO(typeset(letter(sections=[section("对照", compared=rows)]), FONTS)))
    for page in made.pages:
        text = page.extract_text()
        assert ("成员" in text) is ("项" in text.replace("事项", ""))
    assert sum(page.extract_text().count("1.00") for page in made.pages) == 2 * number


def test_words_that_look_like_markup_are_printed_as_they_stand() -> None:
    typed = '#import "@preview/x:1.0.0" *粗* $x$ <a> #read("/etc/passwd") \\ `c` [d] _e_'
    assert "".join(typed.split()) in text_of(typeset(letter(opening=[typed]), FONTS))


def test_no_letter_speaks_of_fraud_and_every_one_to_a_household_says_it_only_asks() -> None:
    assert not NEVER.search(WORDS.read_text(encoding="utf-8"))
    for kind in ("notice", "supplement"):
        assert "不是结论" in "".join(words()["letters"][kind]["closing"])


def placed(pdf: bytes) -> dict[str, float]:
    """What stands on the first page → how high, in points from its foot."""
    found: dict[str, float] = {}

    def note(text: str, matrix: list[float], *_: Any) -> None:
        if text.strip():
            found[text.strip()] = matrix[5]

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    return found


def tabled(*rows: list[str], widths: list[int]) -> bytes:
    """A letter with one table."""
    table = {"columns": [str(place) for place in range(len(widths))], "rows": rows, "widths": widths, "numbers": []}
    part = {"heading": None, "paragraphs": [], "tables": [table], "points": []}
    return typeset(letter(sections=[part]), FONTS)


def test_the_long_name_of_a_file_stays_in_its_column_and_is_copied_whole() -> None:
    name = "jg_institution_contribution_202602.xlsx"
    made = tabled(["缴费", name, "137"], widths=[4, 7, 15])
    there = placed(made)
    first, second = (next(high for text, high in there.items() if part in text) for part in ("jg_", "202602"))
    assert first - second > 8
    assert name in text_of(made)


def test_a_row_to_be_filled_by_hand_leaves_room_for_writing() -> None:
    there = placed(tabled(["住房", "", ""], ["工资", "", ""], ["车辆", "不是", "无"], widths=[4, 5, 4]))
    millimetre = 72 / 25.4
    assert there["住房"] - there["工资"] == pytest.approx(18 * millimetre, abs=0.5)
    assert there["工资"] - there["车辆"] < 12 * millimetre
