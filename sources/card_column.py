"""The part of a card that says what each of the provider's columns is in our words."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from sources.card_file import Strict

Sensitivity = Literal["identity", "financial", "health", "none"]
ColumnType = Literal[
    "text",
    "id_number",
    "name",
    "date",
    "month",
    "year",
    "amount",
    "count",
    "rate",
    "code",
    "letters",
    "account",
    "plate",
    "flag",
    "token",
]
IDENTIFYING = frozenset({"id_number", "name", "account", "plate"})
CODED = frozenset({"code", "letters", "flag"})
UNITS: dict[str, frozenset[str]] = {
    "amount": frozenset({"yuan", "fen", "ten_thousand_yuan"}),
    "rate": frozenset({"percent", "fraction"}),
}


class Column(Strict):
    """One column of theirs in our words: its name here, what kind of text it holds, its unit, how sensitive it is.

    `required`: a cell of it may not be empty. `delivered: sometimes`: the whole column may be missing from a file.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: ColumnType
    unit: Literal["yuan", "fen", "ten_thousand_yuan", "percent", "fraction"] | None = None
    codes: str | None = None
    sensitivity: Sensitivity
    required: bool = True
    delivered: Literal["always", "sometimes"] = "always"

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        allowed = UNITS.get(self.type, frozenset())
        if self.unit not in allowed and (allowed or self.unit is not None):
            raise ValueError(f"type {self.type} takes unit {sorted(allowed) or 'none'}, not {self.unit}")
        if (self.codes is None) == (self.type in CODED):
            raise ValueError(f"codes must be given for {sorted(CODED)} and for nothing else; the type is {self.type}")
        if self.type in IDENTIFYING and self.sensitivity != "identity":
            raise ValueError(f"a column of type {self.type} has sensitivity: identity")
        return self


class DatedCodes(Strict):
    """What their codes mean from one day to another (both included; an absent end is open)."""

    from_date: date | None = Field(default=None, alias="from")
    to_date: date | None = Field(default=None, alias="to")
    values: dict[str, str] = Field(min_length=1)


def dated(table: dict[str, str] | list[DatedCodes]) -> list[DatedCodes]:
    """A code table as its dated editions; a plain mapping is one edition without ends."""
    return [DatedCodes(values=table)] if isinstance(table, dict) else table
