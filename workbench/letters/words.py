"""The words of letters: Chinese only, for they go to households and offices."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from workbench.letters.typeset import TEMPLATE

WORDS = Path(__file__).with_name("words.yml")


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """All words, by group."""
    loaded: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return loaded


def says(name: str, **values: object) -> str:
    """One sentence with its values."""
    return str(words()["says"][name]).format(**values)


def day_in_words(day: date) -> str:
    """`2026年6月20日`."""
    return str(words()["common"]["day"]).format(year=day.year, month=day.month, day=day.day)


def span_in_words(first: date | None, last: date | None) -> str:
    """Whole months: `2026年5月`, `2026年2月至5月`, `2025年12月至2026年5月`; a dash where none is known."""
    ends = [one for one in (first, last) if one is not None]
    if not ends:
        return "—"
    said = words()["common"]
    begin, end = ends[0], ends[-1]
    whole = str(said["month"]).format(year=begin.year, month=begin.month)
    if (begin.year, begin.month) == (end.year, end.month):
        return whole
    same = "month_of_same_year" if begin.year == end.year else "month"
    return whole + str(said["until"]) + str(said[same]).format(year=end.year, month=end.month)


@lru_cache(maxsize=1)
def template_version() -> str:
    """Which words and which template: the first 12 hex of their hash."""
    return hashlib.sha256(WORDS.read_bytes() + TEMPLATE.read_bytes()).hexdigest()[:12]
