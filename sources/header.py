"""Their header against the card: every column mapped, ignored with a reason, or the reading stops.

Messages quote a header of theirs only where the line is surely a header: a lost header line would quote a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import ProviderError
from sources.card import Card

_STRAY = "\ufeff\u200b\u200c\u200d\u2060 \t\r\n\u00a0\u3000\"'"


@dataclass(frozen=True)
class Layout:
    """Where our columns stand in their file: `ours` pairs our name with the field's place, None if not delivered."""

    cells: tuple[str, ...]
    ours: tuple[tuple[str, int | None], ...]

    @property
    def width(self) -> int:
        """Fields per line."""
        return len(self.cells)


def declared_layout(card: Card) -> Layout:
    """The layout of a file without header: the card lists the fields.

    The card guarantees that `widths` or `field_names` name every mapped and ignored column.
    """
    return _layout(card, tuple(card.file.widths or card.file.field_names or ()))


def read_layout(card: Card, cells: list[str], *, where: str) -> Layout:
    """The layout that a header line gives.

    Raises:
        ProviderError: missing, unknown (both: renamed) or doubled columns, or no header at all.
    """
    headers = tuple(cell.strip(_STRAY) for cell in cells)
    known = set(card.columns) | set(card.ignored)
    if not known & set(headers):
        _refuse("none of the agreed columns stands in the header line", card, where)
    doubled = sorted({header for header in headers if header in known and headers.count(header) > 1})
    missing = sorted(
        theirs for theirs, ours in card.columns.items() if ours.delivered == "always" and theirs not in headers
    )
    unknown = [(place, header) for place, header in enumerate(headers, start=1) if header not in known]
    if doubled or missing or unknown:
        _refuse(_difference(card, doubled, missing, unknown, sure=len(headers) - len(unknown)), card, where)
    return _layout(card, headers)


def _layout(card: Card, headers: tuple[str, ...]) -> Layout:
    places = {header: place for place, header in enumerate(headers)}
    return Layout(headers, tuple((ours.name, places.get(theirs)) for theirs, ours in card.columns.items()))


def _difference(
    card: Card, doubled: list[str], missing: list[str], unknown: list[tuple[int, str]], *, sure: int
) -> str:
    quotable = len(unknown) <= 3 and 2 * len(unknown) < sure
    shown = ", ".join(f"column {place}{_quoted(header, card) if quotable else ''}" for place, header in unknown[:10])
    parts = []
    if missing and unknown:
        parts.append("columns were renamed or exchanged")
    if missing:
        parts.append(f"missing: {', '.join(missing)}")
    if unknown:
        parts.append(f"neither mapped nor ignored: {shown}")
    if doubled:
        parts.append(f"given twice: {', '.join(doubled)}")
    return "; ".join(parts)


def _quoted(header: str, card: Card) -> str:
    """The unknown header in brackets if it speaks the card's language; a stray name or number is withheld."""
    if not header:
        return " (empty)"
    known = "".join([*card.columns, *card.ignored])
    at_home = sum(letter in known for letter in header) * 2 >= len(header)
    digits = sum(letter.isdigit() for letter in header)
    return f" ({header})" if at_home and digits < 4 and len(header) <= 24 else " (its text is withheld)"


def _refuse(what: str, card: Card, where: str) -> None:
    raise ProviderError(
        "delivery.columns",
        what,
        where=f"{where}, header line {card.file.header_line}",
        todo="send the agreed columns, or agree on the new layout; then the card is changed",
    )
