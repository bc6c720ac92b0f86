"""One check of one source: a predicate, what it means, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Level(StrEnum):
    """How much a check must see to judge (error levels after TANF data reporting)."""

    FILE = "file"
    RECORD_VALUE = "record_value"
    RECORD_CONSISTENCY = "record_consistency"
    HOUSEHOLD_CONSISTENCY = "household_consistency"
    DELIVERY_CONSISTENCY = "delivery_consistency"
    HISTORY = "history"


@dataclass(frozen=True)
class Check:
    """`predicate` is DuckDB SQL over one extract row, TRUE where the row is bad; it may ask the whole table as `rows`.

    `action` `refuse` puts the row aside, `warn` only counts it. `origin` says where the check is written down, so that
    who must correct it finds it.
    """

    name: str
    level: Level
    action: Literal["refuse", "warn"]
    predicate: str
    message_zh: str
    message_en: str
    who: str
    origin: Literal["card", "meaning", "house"] = "meaning"
