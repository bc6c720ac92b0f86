"""The corpus of broken deliveries, over the cards of the real rooms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sources.card import Card, load_cards
from tests.sources.broken.arrival_faults import arrival_faults, endless_line
from tests.sources.broken.content_faults import content_faults
from tests.sources.broken.delivery import BrokenDelivery
from tests.sources.broken.packing_faults import archive_faults, sheet_faults
from tests.sources.broken.specimen import canaries
from tests.sources.broken.text_faults import text_faults

__all__ = ["BrokenDelivery", "canaries", "cases"]

ROOMS = Path(__file__).resolve().parents[3] / "sources"


def cases(rooms: Path = ROOMS) -> list[BrokenDelivery]:
    """Every broken delivery of every room, in a fixed order; names are unique."""
    return [case for card in load_cards(rooms).values() for case in _of(card)]


def _of(card: Card) -> Iterator[BrokenDelivery]:
    yield from arrival_faults(card)
    yield from content_faults(card)
    if card.file.format == "xlsx":
        yield from sheet_faults(card)
        return
    yield from text_faults(card)
    if card.file.zipped:
        yield from archive_faults(card)
    elif card.source == "pension":
        yield endless_line(card)
