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


def teller(language: str) -> Callable[..., str]:
    """The function that says a Chinese sentence in the language with its values; English tells one (`n`) from many."""
    translate, of_one = translator(language), english_of_one() if language == "en" else {}

    def tell(text: str, **values: object) -> str:
        words = of_one.get(text) if str(values.get("n")) == "1" else None
        words = translate(text) if words is None else words
        return words % values if values else words

    return tell


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Every Chinese sentence with its English, that of many where it counts; only finished translations."""
    return {text: words[-1] for text, words in _finished().items()}


@lru_cache(maxsize=1)
def english_of_one() -> dict[str, str]:
    """The English of sentences that count, where they count one."""
    return {text: words[0] for text, words in _finished().items() if len(words) > 1}


def sentences() -> dict[str, str]:
    """Every sentence that pages and templates use, with the place where it stands."""
    found: dict[str, str] = {}
    options = {"templates/**.html": {"silent": "false", "encoding": "utf-8"}}
    for file, line, text, _comments, _context in extract_from_dir(
        str(FLOOR), _METHODS, options, keywords=_KEYWORDS, strip_comment_tags=True
    ):
        found.setdefault(str(text), f"{file}:{line}")
    return found


def _finished() -> dict[str, tuple[str, ...]]:
    found = [(_all(one.id), _all(one.string or "")) for one in _catalogue() if one.id and not one.fuzzy]
    return {text[0]: words for text, words in found if all(words)}


def _all(one: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (one,) if isinstance(one, str) else tuple(one)


def _catalogue() -> Catalog:
    return read_po(BytesIO(ENGLISH.read_bytes()), locale="en")
