"""Codes in words, from `codes.yml`; our columns, from `columns.yml`; delivered codes, from `delivered.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from core.errors import DefectError

CODES = Path(__file__).with_name("codes.yml")
COLUMNS = Path(__file__).with_name("columns.yml")
DELIVERED = Path(__file__).with_name("delivered.yml")


def said(group: str, code: object, language: str) -> str:
    """What a code of a group is called in a language (`zh` or `en`).

    Raises:
        DefectError: the group or the code has no words.
    """
    words = code_words().get(group, {}).get(str(code))
    if words is None:
        raise DefectError(
            "words.code", f"no words for {group} {code}", where="workbench/words/codes.yml", todo="give both languages"
        )
    return words[language]


def worded(group: str, code: object, language: str) -> str:
    """`said` where the group names the code, else the code itself: for lists that a department keeps."""
    return said(group, code, language) if str(code) in code_words()[group] else str(code)


@lru_cache(maxsize=1)
def code_words() -> dict[str, dict[str, dict[str, str]]]:
    """Group → code → language → words; the names of columns are the group `column`."""
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(CODES.read_text(encoding="utf-8"))
    return loaded | {"column": yaml.safe_load(COLUMNS.read_text(encoding="utf-8"))}


@lru_cache(maxsize=1)
def delivered_words() -> dict[str, dict[str, dict[str, str]]]:
    """Our column → our code → language → what a code that a department delivered in it means."""
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(DELIVERED.read_text(encoding="utf-8"))
    return loaded
