"""Places in words: the county and the subdistrict of a 12-digit code, and a scope of code prefixes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

INVENTED = Path(__file__).with_name("regions.yml")


def place(code: str, language: str) -> str:
    """`铁东区 景明街道 001` for a 12-digit code: every level that has a name, then what is left of the code."""
    known = [length for length in (2, 4, 6, 9) if length <= len(code) and code[:length] in _names()]
    rest = code[max(known, default=0) :]
    return " ".join([*(_names()[code[:length]][language] for length in known), *([rest] if rest else [])])


def nearer(code: str, language: str) -> str:
    """`place` without the widest level: in a list everything lies in the same city."""
    names = place(code, language).split(" ")
    return " ".join(names[1:] if len(names) > 2 else names)


def scope_in_words(prefixes: Iterable[str], language: str) -> str:
    """The places that somebody may see."""
    return "、".join(place(prefix, language) for prefix in sorted(prefixes))


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, str]]:
    path = Path(os.environ.get("HEDUI_REGIONS_FILE", INVENTED))
    loaded: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded
