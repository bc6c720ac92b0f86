"""What a DAG shows of a source's card."""

from __future__ import annotations

from dataclasses import dataclass

from core.settings import settings
from sources.card import Card, load_cards


@dataclass(frozen=True)
class CardLine:
    """Source, owner, page in words, and whether it comes monthly."""

    source: str
    owner: str
    doc: str
    monthly: bool


def cards() -> list[CardLine]:
    """One line per source card, in alphabetical order."""
    return [
        CardLine(card.source, card.attesting_origin, _doc(card), card.cadence.every == "month")
        for card in load_cards(settings().sources_folder).values()
    ]


def _doc(card: Card) -> str:
    return "\n\n".join(
        [
            f"**{card.title.zh}** · {card.title.en}",
            f"{card.provider.zh} ({card.provider.en}), 联系: {card.contact.zh}",
            f"依据: {card.legal_basis.text}",
            f"File name: `{card.file.pattern}`",
        ]
    )
