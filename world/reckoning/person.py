"""One member of a household before the law: what was told of the person, and what the person brings and asks.

Amounts of truth come as binary numbers of whole fen and go on as exact fractions of a yuan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from world.reckoning.policy import Policy

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Months = dict[int, Fraction]
"""Months back from the month of the day → yuan."""
ZERO = Fraction(0)


@dataclass(frozen=True)
class Member:
    """A counted member: the rows told of the person by source, and from how many months back something was not seen."""

    covered: bool
    unseen_back: int
    told: Rows
    served: bool = False
    """Enlisted longer ago than a conscript serves: what the person lives on since is asked."""

    def unseen(self, months: int) -> bool:
        """Whether anything that can add income in a window of so many months was not seen."""
        return self.unseen_back <= months


@dataclass(frozen=True)
class Household:
    """What stands on the ledger of a household, and its counted members."""

    region: str
    hukou_type: str
    approved: date | None
    members: list[Member]
    month: date
    """The month of the day; months are counted back from it."""


@dataclass
class Person:
    """What one member brings: the income counted, by kind what answers a question and what one voice says."""

    income: Fraction = ZERO
    told: dict[str, Fraction] = field(default_factory=dict)
    asked: dict[str, Fraction] = field(default_factory=dict)
    replaced: Fraction = ZERO
    """What the income rules tolerate between statements and what was found in their place."""

    unfound: Fraction = ZERO

    def answer(self, kind: str, yuan: Fraction) -> None:
        """Something of the kind is known, of this much."""
        self.told[kind] = self.told.get(kind, ZERO) + yuan

    def ask(self, kind: str, yuan: Fraction = ZERO) -> None:
        """Something asks about the kind; one voice says so much."""
        self.asked[kind] = self.asked.get(kind, ZERO) + yuan

    @property
    def is_open(self) -> bool:
        """Whether a kind is asked about that nothing answers, or that one voice puts above the answer."""
        return any(kind not in self.told or yuan > self.told[kind] for kind, yuan in self.asked.items())


class Law:
    """The numbers of policy in force for one household."""

    def __init__(self, policy: Policy, region: str, hukou_type: str) -> None:
        self._policy, self._region = policy, region
        self.months = int(policy.number("income_window_months", region, hukou_type))

    def yuan(self, name: str) -> Fraction:
        """An amount, share or multiple in force, exact."""
        return Fraction(str(self._policy.number(name, self._region)))

    def whole(self, name: str) -> int:
        """A whole number in force."""
        return int(self._policy.number(name, self._region))

    def items(self, name: str) -> set[str]:
        """The items of a set in force."""
        return self._policy.listed(name, self._region)


def money(value: float | None) -> Fraction:
    """An amount of truth, to the fen."""
    return Fraction(round((value or 0.0) * 100), 100)


def ago(day: date, month: date) -> int:
    """How many months before the month of the day."""
    return (month.year - day.year) * 12 + month.month - day.month
