"""The place a dashboard is narrowed to: somewhere within the visitor's scope, and the places just below it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.scope import Scope
from workbench.words.regions import place

LEVELS = (2, 4, 6, 9, 12)


@dataclass(frozen=True)
class Place:
    """What is shown: the chosen place (empty: the visitor's whole scope), and the scope it stands for."""

    code: str
    scope: Scope

    @property
    def below(self) -> int:
        """How many digits name the places of the next level down; communities have none below them."""
        widest = min(map(len, self.scope.prefixes), default=LEVELS[0])
        return next((digits for digits in LEVELS if digits > widest), LEVELS[-1])

    def title(self, language: str) -> str:
        """The chosen place in words; nothing for the whole scope."""
        return place(self.code, language) if self.code else ""


def narrowed(scope: Scope, code: str) -> Place | None:
    """The place of a code within a scope, or none where the code is no place or lies outside."""
    if not code:
        return Place("", scope)
    known = code.isascii() and code.isdigit() and len(code) in LEVELS
    return Place(code, Scope((code,))) if known and scope.covers(code) else None


def named(code: str, language: str) -> str:
    """A place in a list, without the levels that all in the list share; a community with its subdistrict."""
    return " ".join(place(code, language).split(" ")[-2 if len(code) == LEVELS[-1] else -1 :])


def ways_up(scope: Scope, at: Place) -> list[str]:
    """The codes of the places above the chosen one that the scope reaches, the widest first."""
    above = [at.code[:digits] for digits in LEVELS if digits < len(at.code)]
    return [code for code in above if scope.covers(code)]
