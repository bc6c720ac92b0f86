"""The deliveries of the invented night, and what goes wrong with whole deliveries on their way.

Each is written by its source's own sample writer. What is wrong with one is stated here, and in truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import polars as pl

from core.moment import add_months
from sources.authorisation import sample as authorisation
from sources.case_file import sample as case_file
from sources.contribution import sample as contribution
from sources.cremation import sample as cremation
from sources.declaration import sample as declaration
from sources.housing_fund import sample as housing_fund
from sources.hukou import sample as hukou
from sources.hukou_change import sample as hukou_change
from sources.institution_contribution import sample as institution_contribution
from sources.payroll import sample as payroll
from sources.pension import sample as pension
from sources.pension_adjustment import sample as pension_adjustment
from sources.roster import sample as roster
from sources.self_employed import sample as self_employed
from sources.tax_withholding import sample as tax_withholding
from sources.unemployment_benefit import sample as unemployment_benefit
from sources.vehicle import sample as vehicle
from sources.writing import Sheet, Written
from world.calendar import PAYMENT_MONTHS, QUARTER_DAY, SETTLEMENT_MONTHS, SNAPSHOT_DAYS
from world.facts import civil_affairs, public_security, social_insurance, tax
from world.lives.lives import Lives
from world.scales import ScaleName

Facts = Callable[[Lives, date], pl.DataFrame]


@dataclass(frozen=True)
class Room:
    """A source: its sample writer, how its facts follow from lives, and the months or days it delivers for."""

    source: str
    sample: ModuleType
    facts: Facts
    months: tuple[date, ...] = ()
    days: tuple[date, ...] = ()


ROOMS: tuple[Room, ...] = (
    Room("roster", roster, civil_affairs.roster, days=SNAPSHOT_DAYS),
    Room("declaration", declaration, civil_affairs.declaration, days=SNAPSHOT_DAYS),
    Room("authorisation", authorisation, civil_affairs.authorisation, days=SNAPSHOT_DAYS),
    Room("case_file", case_file, civil_affairs.case_file, days=SNAPSHOT_DAYS),
    Room("payroll", payroll, civil_affairs.payroll, months=PAYMENT_MONTHS),
    Room("hukou", hukou, public_security.hukou, days=(QUARTER_DAY,)),
    Room("hukou_change", hukou_change, public_security.hukou_change, months=SETTLEMENT_MONTHS),
    Room("cremation", cremation, public_security.cremation, months=SETTLEMENT_MONTHS),
    Room("contribution", contribution, social_insurance.contribution, months=SETTLEMENT_MONTHS),
    Room(
        "institution_contribution",
        institution_contribution,
        social_insurance.institution_contribution,
        months=SETTLEMENT_MONTHS,
    ),
    Room("pension", pension, social_insurance.pension, months=SETTLEMENT_MONTHS),
    Room("pension_adjustment", pension_adjustment, social_insurance.pension_adjustment, months=SETTLEMENT_MONTHS),
    Room("unemployment_benefit", unemployment_benefit, social_insurance.unemployment_benefit, months=SETTLEMENT_MONTHS),
    Room("tax_withholding", tax_withholding, tax.tax_withholding, months=SETTLEMENT_MONTHS),
    Room("self_employed", self_employed, tax.self_employed, days=(QUARTER_DAY,)),
    Room("vehicle", vehicle, public_security.vehicle, days=SNAPSHOT_DAYS),
    Room("housing_fund", housing_fund, social_insurance.housing_fund, days=SNAPSHOT_DAYS),
)


@dataclass(frozen=True)
class Mishap:
    """Something that happened to one whole delivery, or is special about it."""

    source: str
    belongs_to: date
    kind: str
    note: str


MISHAPS: tuple[Mishap, ...] = (
    Mishap("contribution", date(2026, 3, 1), "sent_twice", "the same bytes came again under the next sequence number"),
    Mishap(
        "vehicle",
        SNAPSHOT_DAYS[1],
        "cut_by_half",
        "the newer register holds half of the vehicles; the one of May still stands",
    ),
    Mishap("hukou", QUARTER_DAY, "lost_bytes", "three lines lost one byte inside a double-byte character"),
    Mishap("contribution", date(2026, 2, 1), "lost_bytes", "three lines lost one byte inside a double-byte character"),
    Mishap(
        "pension_adjustment", date(2026, 5, 1), "lost_bytes", "three lines lost one byte inside a double-byte character"
    ),
    Mishap("unemployment_benefit", date(2026, 3, 1), "never_came", "a gap in the chain: the month was never delivered"),
    Mishap("contribution", date(2026, 5, 1), "late", "due on the 15th, received in the night of the 20th"),
    Mishap("contribution", date(2026, 4, 1), "back_payments", "employers settle earlier months in this one"),
    Mishap(
        "roster",
        SNAPSHOT_DAYS[0],
        "numbers_corrected_later",
        "some identity and case numbers and one community's code were still others",
    ),
    Mishap(
        "pension",
        date(2026, 5, 1),
        "rise_back_paid",
        "the last batch of the yearly rise is booked and paid back to January",
    ),
)
_LOST_BYTES = 3


@dataclass(frozen=True)
class Delivery:
    """One file to be written: a room, what it belongs to (a month of a delta or the day of a snapshot), its mishaps."""

    room: Room
    belongs_to: date
    mishaps: tuple[Mishap, ...]

    def met(self, kind: str) -> bool:
        """Whether this kind of mishap met the delivery."""
        return any(one.kind == kind for one in self.mishaps)

    def sheet(self, seed: int, dirt: float) -> Sheet:
        """A delta is drawn on the 12th of the month after (the payroll on its own 12th), a snapshot on its day."""
        lost = _LOST_BYTES if self.met("lost_bytes") else 0
        if self.belongs_to in self.room.days:
            return Sheet(None, self.belongs_to, seed, dirt, lost)
        after = self.belongs_to if self.room.source == "payroll" else add_months(self.belongs_to, 1)
        return Sheet(self.belongs_to, after + timedelta(days=11), seed, dirt, lost)

    def facts(self, lives: Lives) -> pl.DataFrame:
        """The facts of this delivery, as they are; a register cut by half loses the second half of its plates."""
        found = self.room.facts(lives, self.belongs_to)
        if self.met("cut_by_half"):
            return found.sort("plate_number").head(len(found) // 2)
        return found


def calendar(scale: ScaleName) -> list[Delivery]:
    """All deliveries that come, room by room, oldest first. The town's files are too small to lose bytes."""
    planned = []
    for room in ROOMS:
        for belongs_to in (*room.months, *room.days):
            met = tuple(one for one in MISHAPS if (one.source, one.belongs_to) == (room.source, belongs_to))
            kept = tuple(one for one in met if scale != "town" or one.kind != "lost_bytes")
            planned.append(Delivery(room, belongs_to, kept))
    return [delivery for delivery in planned if not delivery.met("never_came")]


def write(delivery: Delivery, facts: pl.DataFrame, sheet: Sheet, folder: Path) -> Written:
    """Have the room write the facts into `folder`."""
    written: Written = delivery.room.sample.write(facts, sheet, folder)
    return written
