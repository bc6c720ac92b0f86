"""What speaks in a household's favour: a doubt finds questions that a row not surely the person's may explain away.

A page speaks against and reads only rows that are surely the person's. A doubt reads what the page asked (`asked`) and
rows that could be the person's (`<table>_perhaps`). It names subjects and nothing else, so that it can only lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from core.errors import PolicyError
from rules.card import Words

FOLDER = "doubts"


@dataclass(frozen=True)
class Doubt:
    """`rules/doubts/<name>.sql` selects `household_key, person_key`; `<name>.yml` holds what is said of them."""

    name: str
    sql: str
    sentence: Words


def load_doubts(folder: Path) -> dict[str, Doubt]:
    """The doubts of a rules folder by name.

    Raises:
        PolicyError: a doubt has no sentence beside it, or it does not hold.
    """
    paths = sorted((folder / FOLDER).glob("*.sql"))
    return {path.stem: Doubt(path.stem, path.read_text(encoding="utf-8"), _sentence(path)) for path in paths}


def _sentence(path: Path) -> Words:
    beside = path.with_suffix(".yml")
    try:
        return Words.model_validate(yaml.load(beside.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (OSError, ValidationError, yaml.YAMLError):
        raise PolicyError(
            "rule.doubt",
            "the doubt has no sentence in Chinese and English beside it",
            where=f"rules/{FOLDER}/{beside.name}",
            todo="write zh and en",
        ) from None
