"""The words of letters: Chinese only, for they go to households and offices."""

from __future__ import annotations

import hashlib
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


@lru_cache(maxsize=1)
def template_version() -> str:
    """Which words and which template: the first 12 hex of their hash."""
    return hashlib.sha256(WORDS.read_bytes() + TEMPLATE.read_bytes()).hexdigest()[:12]
