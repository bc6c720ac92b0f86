"""From what a letter says to a PDF/A: always the same bytes for the same words; a character without shape stops it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

from core.errors import DefectError
from workbench.letters.glyphs import refuse_shapeless

TEMPLATE = Path(__file__).with_name("letter.typ")
STANDARD: Literal["a-2a"] = "a-2a"


def typeset(letter: Mapping[str, Any], fonts: Path) -> bytes:
    """The letter as a PDF/A-2a with its fonts within.

    Args:
        letter: all of `letter.typ`'s fields; `day` is `[year, month, day]`.

    Raises:
        OperatorError: the fonts are not installed, or a character has no shape in them.
        DefectError: the template does not fit the letter; Typst's words, which may quote it, are withheld.
    """
    refuse_shapeless(letter, fonts)
    year, month, day = letter["day"]
    told = {"letter": json.dumps(letter, ensure_ascii=False)}
    compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=_fonts(fonts), sys_inputs=told)
    try:
        made = compiler.compile(
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=datetime(year, month, day, tzinfo=UTC),
        )
    except typst.TypstError:
        raise DefectError(
            "letter.template",
            "the letter's template does not fit it",
            where=str(letter["kind"]),
            todo="mend letter.typ",
        ) from None
    if not isinstance(made, bytes):
        raise DefectError("letter.template", "Typst made no PDF", where=str(letter["kind"]), todo="mend letter.typ")
    return made


@lru_cache(maxsize=2)
def _fonts(folder: Path) -> typst.Fonts:
    """The fonts of the folder and none else, read once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
