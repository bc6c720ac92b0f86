"""What a file states by its name: a whole period or one part of several, first said or corrected.

`…_p1of3` is the first of three parts: parts are read together. A bare `…_2` says the same again, corrected: it takes
the place of what was said of the period (or of that part, `…_p1of3_2`) before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ledger.deliveries import Delivery
from sources.card import Card

WHOLE = 0


@dataclass(frozen=True)
class Statement:
    """Which part of how many (0 of 0: the whole), the how-manieth saying of it, and the name without all that."""

    part: int
    parts: int
    sequence: int
    stem: str

    @property
    def place(self) -> str:
        """The part as tables show it; empty for the whole."""
        return f"p{self.part}of{self.parts}" if self.parts else ""


Rank = tuple[int, datetime, str]
"""Which saying comes later: by its sequence, then as it landed."""
Ranked = tuple[Rank, Delivery]


@dataclass(frozen=True)
class Standing:
    """The deliveries that stand of all that were sent about one period, and whether they tell all of it."""

    deliveries: tuple[Delivery, ...]
    whole: bool


def statement_of(file_name: str, card: Card) -> Statement:
    """What the name states, by the groups `part`, `parts`, `sequence` of the card's pattern; a bare name is whole."""
    found = re.fullmatch(card.file.pattern, file_name)
    said = found.groupdict() if found else {}
    stem = file_name
    if found and said.get("sequence"):
        stem = stem[: found.start("sequence") - 1] + stem[found.end("sequence") :]
    if found and said.get("part"):
        stem = stem[: found.start("part") - 2] + stem[found.end("parts") :]
    part, parts = (int(said.get(name) or WHOLE) for name in ("part", "parts"))
    return Statement(part, parts, int(said.get("sequence") or 1), stem)


def standing(sent: Iterable[Delivery], card: Card) -> Standing:
    """Of the accepted deliveries about one period, those that stand.

    Of each part the last saying stands. A period told whole and told in parts is told twice: the telling whose newest
    file was said last stands, but one that lacks a part never takes the place of one that lacks none.
    """
    tellings: dict[int, dict[int, Ranked]] = {}
    for one in sent:
        said = statement_of(one.file_name, card)
        rank = (said.sequence, one.landed_at, one.delivery_id)
        told = tellings.setdefault(said.parts, {})
        if said.part not in told or told[said.part][0] < rank:
            told[said.part] = (rank, one)
    if not tellings:
        return Standing((), False)
    parts = max(tellings, key=lambda count: _weight(count, tellings[count]))
    chosen = tellings[parts]
    return Standing(tuple(one for _, one in chosen.values()), _all_there(parts, chosen))


def _weight(parts: int, told: dict[int, Ranked]) -> tuple[bool, Rank]:
    return _all_there(parts, told), max(rank for rank, _ in told.values())


def every_standing(sent: Iterable[Delivery], card: Card) -> list[Delivery]:
    """Of a chain of deliveries, what stands of each period, also where a part is still lacking."""
    periods: dict[tuple[date | None, str], list[Delivery]] = {}
    for one in sent:
        periods.setdefault((one.period_month, statement_of(one.file_name, card).stem), []).append(one)
    return [one for these in periods.values() for one in standing(these, card).deliveries]


def latest_standing(sent: Iterable[Delivery], card: Card) -> list[Delivery]:
    """Of snapshots, what stands of the latest that is told whole: a third of a register proves nobody absent."""
    days: dict[date, list[Delivery]] = {}
    for one in sent:
        days.setdefault(one.as_of or one.period_month or one.landed_at.date(), []).append(one)
    for _, these in sorted(days.items(), reverse=True):
        told = standing(these, card)
        if told.whole:
            return list(told.deliveries)
    return []


def _all_there(parts: int, told: Iterable[int]) -> bool:
    return set(told) == (set(range(1, parts + 1)) if parts else {WHOLE})
