"""Sentences on screen: written in Chinese where they are used, in English in `locale/en/LC_MESSAGES/workbench.po`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

FLOOR = Path(__file__).resolve().parent.parent
ENGLISH = FLOOR / "locale" / "en" / "LC_MESSAGES" / "workbench.po"
LANGUAGES = ("zh", "en")
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
_KEYWORDS = {"_": None, "gettext": None, "marked": None}


def marked(text: str) -> str:
    """The text itself: marks a sentence for translation where it is defined, not where it is shown."""
    return text


def translator(language: str) -> Callable[[str], str]:
    """The function that turns a Chinese sentence into the language."""
    if language != "en":
        return lambda text: text
    words = english()
    return lambda text: words.get(text, text)


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Every Chinese sentence with its English; only finished translations."""
    return {str(one.id): str(one.string) for one in _catalogue() if one.id and one.string and not one.fuzzy}


def sentences() -> dict[str, str]:
    """Every sentence that pages and templates use, with the place where it stands."""
    found: dict[str, str] = {}
    options = {"templates/**.html": {"silent": "false", "encoding": "utf-8"}}
    for file, line, text, _comments, _context in extract_from_dir(
        str(FLOOR), _METHODS, options, keywords=_KEYWORDS, strip_comment_tags=True
    ):
        found.setdefault(str(text), f"{file}:{line}")
    return found


def _catalogue() -> Catalog:
    return read_po(BytesIO(ENGLISH.read_bytes()), locale="en")
