"""A finding's sentence in Chinese and English, with its numbers as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from string import Formatter
from typing import Any, Literal

from core.errors import DefectError
from rules.card import Card, Words

Language = Literal["zh", "en"]
NONE = "none"
"""The code under which a card says what stands for a value that nobody wrote down."""


def say(card: Card, words: Words, row: Mapping[str, Any], language: Language) -> str:
    """The sentence filled with the row's values; `…_month` as a month, `…_yuan` with two decimals.

    `{month_count:month|months}` says the number with the one word or the other: `1 month`, `2 months`. A value that may
    be missing has words under the code `none`.

    Raises:
        DefectError: the sentence names a column the page does not select, a missing value, or a code without words, or
            counts without two words.
    """
    text = str(getattr(words, language))
    return "".join(
        before + (_counted(card, name, row, forms, language) if name else "") for before, name, forms in _parts(text)
    )


@lru_cache(maxsize=512)
def _parts(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((before, name or "", forms or "") for before, name, forms, _ in Formatter().parse(text))


def _counted(card: Card, name: str, row: Mapping[str, Any], forms: str, language: Language) -> str:
    said = _word(card, name, row, language)
    if not forms:
        return said
    one, divided, many = forms.partition("|")
    if not divided:
        raise _unsayable(card, f"the sentence counts {name} without a word for one and a word for many")
    return f"{said} {one if row[name] == 1 else many}"


def _word(card: Card, name: str, row: Mapping[str, Any], language: Language) -> str:
    value = row.get(name)
    if value is None:
        if NONE not in card.words.get(name, {}):
            raise _unsayable(card, f"the sentence names {name}, which the page left empty")
        return _spoken(card, name, NONE, language)
    if name in card.words and not isinstance(value, date):
        return _listed([_spoken(card, name, code, language) for code in str(value).split()], language)
    if isinstance(value, date):
        return _day(value, language, month_only=name.endswith("_month"))
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if name.endswith("_yuan") else f"{value.normalize():f}"
    return str(value)


def _listed(words: list[str], language: Language) -> str:
    if len(words) < 2:
        return "".join(words)
    *before, last = words
    return f"{'、'.join(before)}和{last}" if language == "zh" else f"{', '.join(before)} and {last}"


def _spoken(card: Card, name: str, code: str, language: Language) -> str:
    if code not in card.words[name]:
        raise _unsayable(card, f"no words for a code of {name}")
    return str(getattr(card.words[name][code], language))


def _day(value: date, language: Language, *, month_only: bool) -> str:
    if language == "zh":
        return f"{value.year}年{value.month}月" + ("" if month_only else f"{value.day}日")
    return value.strftime("%B %Y") if month_only else f"{value.day} {value:%B %Y}"


def _unsayable(card: Card, what: str) -> DefectError:
    return DefectError("rule.sentence", what, where=f"rule {card.code}", todo="correct the page or its sentence")
