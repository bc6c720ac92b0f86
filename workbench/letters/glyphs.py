"""Has every character of a letter a shape? Typst draws a box where there is none and says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.ttLib import TTCollection

from core.errors import OperatorError

FACES = ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc")
FAMILY = "Noto Serif CJK SC"


class Shapeless(NamedTuple):
    """A character without shape: where in the letter it stands, and which it is, as `U+2CB4E`."""

    field: str
    character: str
    code_point: str


def shapeless(letter: Mapping[str, Any], fonts: Path) -> list[Shapeless]:
    """Every character of the letter that one of its faces cannot draw, with the field it stands in.

    Raises:
        OperatorError: the fonts are not installed.
    """
    drawn = _drawn(fonts)
    found: dict[tuple[str, str], Shapeless] = {}
    for field, text in _texts(letter, ""):
        for character in text:
            if ord(character) not in drawn and not character.isspace():
                named = f"U+{ord(character):04X}"
                found.setdefault((field, character), Shapeless(field, character, named))
    return list(found.values())


def refuse_shapeless(letter: Mapping[str, Any], fonts: Path) -> None:
    """Stop a letter that would be printed with a box.

    Raises:
        OperatorError: `letter.glyph`, naming the part of the letter and the code point, never the words around it.
    """
    missing = shapeless(letter, fonts)
    if missing:
        told = "；".join(sorted({f"{_place(letter, one.field)} {one.code_point}" for one in missing}))
        raise OperatorError(
            "letter.glyph",
            f"字库没有这些字的字形 the fonts cannot draw: {told}",
            where=str(letter["kind"]),
            todo="请用常用字形书写，或由管理员安装含该字的字库 write it with a common form, or have a font installed",
        )


def _place(letter: Mapping[str, Any], field: str) -> str:
    """The part of the letter where a field stands, as people call it."""
    if field.startswith("addressee"):
        return "收件人 addressee"
    inside = _SECTION.match(field)
    return str(letter["sections"][int(inside[1]) - 1]["heading"] or field) if inside else field


_SECTION = re.compile(r"sections\[(\d+)\]")


@lru_cache(maxsize=2)
def _drawn(fonts: Path) -> frozenset[int]:
    """The code points that every face draws."""
    faces = [path for name in FACES for path in sorted(fonts.rglob(name))[:1]]
    if len(faces) < len(FACES):
        raise OperatorError(
            "letter.fonts",
            f"文书所用字库不全 the letters' fonts are missing: {', '.join(FACES)}",
            where=str(fonts),
            todo="安装 fonts-noto-cjk，或设置 HEDUI_FONTS_FOLDER install fonts-noto-cjk, or name its folder",
        )
    return frozenset.intersection(*(frozenset(_cmap(path)) for path in faces))


def _cmap(path: Path) -> set[int]:
    with TTCollection(str(path), lazy=True) as collection:
        for font in collection.fonts:
            if font["name"].getDebugName(1) == FAMILY or font["name"].getDebugName(16) == FAMILY:
                return set(font.getBestCmap())
    return set()


def _texts(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, f"{field}.{name}" if field else str(name))
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from _texts(one, f"{field}[{place + 1}]")
