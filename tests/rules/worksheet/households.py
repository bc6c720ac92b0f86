"""Invented households for the arithmetic: who lives there, what was filed, paid and stated, and which policy holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from core.moment import add_months

AS_OF = date(2026, 6, 20)
MONTH = date(2026, 6, 1)
Row = dict[str, Any]
FEEDS = {"tax_withholding": 12, "pension": 12, "unemployment_benefit": 6}
"""Monthly feeds and how many months back they were delivered without a hole."""
REGISTERS = ("housing_fund", "declaration")
POLICY: dict[str, Any] = {
    "income_window_months": 1,
    "conscript_service_months": 24,
    "window_months": 4,
    "tax_months": 2,
    "large_month_multiple": 3,
    "fund_fresh_months": 2,
    "business_fresh_months": 15,
    "scrap_trail_months": 36,
    "pension_tolerance_yuan": 50,
    "pension_tolerance_share": "0.05",
    "dibao_line_monthly_yuan": 760,
    "employment_cost_share": 0,
    "employment_cost_line_share": 0,
    "disregard_months": 0,
    "disregard_line_multiple": 0,
    "lump_sum_spreading": "calculated_months line_months",
    "exempt_income": "survivor_pension resident_pension",
    "benefit_step_yuan": 1,
    "marginal_line_multiple": "1.5",
    "marginal_cap_monthly_yuan": 0,
    "hardship_income_limit_monthly_yuan": 0,
    "vehicle_exempt_classes": "motorcycle moped",
    "vehicle_price_limit_yuan": 0,
    "vehicle_limit_count": 0,
    "vehicle_livelihood_exempt": 0,
}


@dataclass
class Person:
    """One member; `facts` are rows by table, `hidden` the feeds' cells nobody could look at, by months back."""

    covered: bool = True
    counted: bool = True
    facts: dict[str, list[Row]] = field(default_factory=dict)
    hidden: set[tuple[str, int]] = field(default_factory=set)
    enlisted: date | None = None
    """The day of the register's last word, where that is an enlistment."""

    def add(self, table: str, **row: Any) -> Person:
        """The person with one more row."""
        self.facts.setdefault(table, []).append(row)
        return self

    def of(self, table: str, **wanted: Any) -> list[Row]:
        """The rows of a table that hold these values."""
        return [r for r in self.facts.get(table, []) if all(r.get(name) == value for name, value in wanted.items())]


@dataclass
class Household:
    """Its members, the day it was approved, and the policy in force where it lives, where it differs."""

    members: list[Person]
    policy: dict[str, Any] = field(default_factory=dict)
    approved: date = date(2024, 3, 10)

    def number(self, name: str) -> Decimal:
        """A number of policy."""
        return Decimal(str({**POLICY, **self.policy}[name]))

    def words(self, name: str) -> list[str]:
        """A list of policy."""
        return str({**POLICY, **self.policy}[name]).split()


def back(months: int) -> date:
    """The month so many months before the month of the day."""
    return add_months(MONTH, -months)


def drawn(chance: Random) -> Household:
    """A household drawn by chance, with every kind of fact now and then."""
    members = [_person(chance) for _ in range(chance.choice([1, 1, 2, 2, 3, 4, 6]))]
    line = chance.choice([515, 632, 636, 700, 760, 1200, Decimal("633.33")])
    policy = {
        "income_window_months": chance.choice([1, 1, 1, 2, 3, 6, 12]),
        "dibao_line_monthly_yuan": line,
        "employment_cost_share": chance.choice([0, "0.1", "0.3", "0.3333"]),
        "employment_cost_line_share": chance.choice([0, 0, "0.3"]),
        "disregard_months": chance.choice([0, 3, 6, 12]),
        "disregard_line_multiple": chance.choice([0, 1, 3]),
        "lump_sum_spreading": chance.choice(["calculated_months", "calculated_months line_months"]),
        "exempt_income": chance.choice(["survivor_pension", "survivor_pension resident_pension"]),
        "benefit_step_yuan": chance.choice([1, 1, "0.01", "0.1", 10]),
        "marginal_line_multiple": chance.choice(["1.5", 2]),
        "marginal_cap_monthly_yuan": chance.choice([0, 1000, 1900]),
        "hardship_income_limit_monthly_yuan": chance.choice([0, 3200]),
        "vehicle_limit_count": chance.choice([0, 0, 1]),
        "vehicle_price_limit_yuan": chance.choice([0, 80000]),
        "vehicle_livelihood_exempt": chance.choice([0, 1]),
    }
    return Household(members, policy, chance.choice([date(2023, 5, 9), date(2025, 11, 20), date(2026, 3, 1)]))


def _yuan(chance: Random, low: int, high: int) -> Decimal:
    return Decimal(chance.choice([chance.randrange(low, high) * 100, chance.randrange(low * 100, high * 100)])) / 100


def _person(chance: Random) -> Person:
    person = Person(covered=chance.random() < 0.9, counted=chance.random() < 0.92)
    for likely, add in _LIVES:
        if chance.random() < likely:
            add(chance, person)
    if chance.random() < 0.03:
        person.enlisted = back(chance.choice([3, 23, 24, 25, 26, 60])).replace(day=chance.randrange(1, 29))
    if chance.random() < 0.04:
        feed = chance.choice([*FEEDS, *REGISTERS])
        person.hidden.add((feed, chance.randrange(1, 13) if feed in FEEDS else 0))
    return person


def _job(chance: Random, person: Person) -> None:
    payer, wage = chance.choice(["e1", "e2"]), _yuan(chance, 200, 6000)
    first = chance.randrange(1, 13)
    for months in range(first, max(0, first - chance.choice([1, 2, 4, 12])), -1):
        item = chance.choice(["wage", "wage", "wage", "labour"])
        tax = chance.choice([Decimal(0), _yuan(chance, 0, 60)])
        row = {"payer_token": payer, "income_month": back(months), "tax_yuan": tax}
        person.add("withheld_income", **row, item_code=item, income_yuan=wage)
        if chance.random() < 0.1:
            correction = chance.choice([-wage, -wage - 1, _yuan(chance, 1, 90)])
            person.add("withheld_income", **row, item_code="wage", income_yuan=correction)
    if chance.random() < 0.15:
        bonus = {"payer_token": payer, "income_month": back(chance.randrange(1, 13)), "tax_yuan": Decimal(0)}
        person.add("withheld_income", **bonus, item_code="wage", income_yuan=_yuan(chance, 5000, 60000))
    if chance.random() < 0.6:
        person.add(
            "fund_account",
            employer_token=chance.choice([payer, payer, "e3"]),
            account_state_code=chance.choice(["normal", "normal", "normal", "sealed"]),
            paid_through_month=back(chance.choice([1, 2, 3])),
            person_deposit_monthly_yuan=_yuan(chance, 50, 500),
            person_rate=Decimal(chance.choice(["0.05", "0.08", "0.12", "0"])),
        )


def _stated(item: str, low: int, high: int) -> Any:
    def add(chance: Random, person: Person) -> None:
        first = chance.choice([None, back(1), back(2), back(4), back(14)])
        last = chance.choice([None, None, None, back(2), back(1)])
        person.add(
            "declared_item",
            item_code=item,
            amount_monthly_yuan=_yuan(chance, low, high),
            from_month=first,
            to_month=last,
        )

    return add


def _yearly(chance: Random, person: Person) -> None:
    item = chance.choice(["wage", "support", "business"])
    person.add("declared_item", item_code=item, amount_annual_yuan=_yuan(chance, 1000, 30000), from_month=back(15))


def _severance(chance: Random, person: Person) -> None:
    first, months = chance.randrange(0, 16), chance.choice([None, 1, 7, 12, -1])
    last = None if months is None else add_months(back(first), months - 1)
    person.add(
        "declared_item",
        item_code="severance",
        amount_once_yuan=_yuan(chance, 300, 40000),
        from_month=back(first),
        to_month=last,
    )


def _pension(chance: Random, person: Person) -> None:
    kind = chance.choice(["employee", "employee", "institution", "resident", "survivor"])
    state = chance.choice(["in_pay", "in_pay", "in_pay", "suspended"])
    before, rise = _yuan(chance, 100, 3000), _yuan(chance, 5, 90)
    booked, raised = chance.randrange(1, 7), chance.random() < 0.4
    for months in range(12, 0, -1):
        standard = before + rise if raised and months <= booked else before
        row = {"pension_kind_code": kind, "belonging_month": back(months), "standard_monthly_yuan": standard}
        person.add("pension_payment", **row, state_code=state, item_code="standard", settlement_month=back(months))
        if months == 3 and chance.random() < 0.1:
            later = {**row, "standard_monthly_yuan": standard + 1, "settlement_month": back(2)}
            person.add("pension_payment", **later, state_code=state, item_code="standard")
    if raised and state == "in_pay":
        _raise(chance, person, kind, booked, rise)
    if chance.random() < 0.05:
        once = {"belonging_month": back(1), "settlement_month": back(1), "amount_yuan": Decimal(1400)}
        person.add("pension_payment", **once, pension_kind_code=kind, state_code=state, item_code="one_off")


def _raise(chance: Random, person: Person, kind: str, booked: int, rise: Decimal) -> None:
    """A rise counted from three months before it was booked, paid back in one sum; now and then without its months."""
    row = {"pension_kind_code": kind, "state_code": "in_pay", "item_code": "back_pay", "amount_yuan": rise * 3}
    person.add("pension_payment", **row, belonging_month=back(booked + 3), settlement_month=back(booked))
    if chance.random() < 0.9:
        told = {"adjusted_month": back(booked + 3), "back_paid_months": 3, "back_paid_yuan": rise * 3}
        person.add("pension_adjustment", **told, rise_monthly_yuan=rise)


def _benefit(chance: Random, person: Person) -> None:
    for months in range(chance.randrange(1, 7), 0, -1):
        person.add("unemployment_benefit", paid_month=back(months), amount_monthly_yuan=_yuan(chance, 900, 1700))


def _contribution(chance: Random, person: Person) -> None:
    person.add(
        "contribution",
        insurance_code=chance.choice(["employee_pension", "institution_pension", "unemployment"]),
        payer_code=chance.choice(["employer", "employer", "flexible"]),
        state_code="paying",
        pay_kind_code=chance.choice(["normal", "advance"]),
        paid=True,
        belonging_month=back(chance.randrange(1, 5)),
        wage_monthly_yuan=chance.choice([None, _yuan(chance, 900, 5000)]),
        base_monthly_yuan=Decimal(4150),
    )


def _filing(chance: Random, person: Person) -> None:
    last = chance.choice([3, 14, 15, 16])
    person.add(
        "self_employed",
        state_code=chance.choice(["open", "open", "dormant"]),
        period_code="quarter",
        from_month=back(last + 2),
        to_month=back(last),
        assessed=chance.random() < 0.5,
        income_period_yuan=chance.choice([Decimal(0), Decimal(9000)]),
    )


def _other_income(chance: Random, person: Person) -> None:
    item = chance.choice(["author", "interest", "lease", "contingent"])
    row = {"item_code": item, "income_month": back(chance.randrange(1, 4)), "payer_token": "e9"}
    person.add("withheld_income", **row, income_yuan=chance.choice([Decimal(0), Decimal(60)]), tax_yuan=Decimal(0))


def _year_of_tax(chance: Random, person: Person) -> None:
    row = {"income_year": chance.choice([2024, 2025]), "item_code": chance.choice(["wage", "business"])}
    person.add("annual_income", **row, income_annual_yuan=_yuan(chance, 1000, 90000))


def _vehicle(chance: Random, person: Person) -> None:
    plate = f"plate{chance.randrange(3)}"
    person.add(
        "vehicle",
        plate_class_code=chance.choice(["small", "small", "motorcycle"]),
        use_code=chance.choice(["private", "private", "taxi", "disabled_vehicle"]),
        status_letters=chance.choice(["A", "A", "Q", "E"]),
        first_registered_date=date(2010 + chance.randrange(14), 5, 1 + chance.randrange(28)),
        inspection_valid_to_date=chance.choice(
            [date(2022, 1, 31), date(2023, 6, 19), date(2023, 6, 20), date(2026, 1, 31)]
        ),
        price_yuan=chance.choice([None, Decimal(60000), Decimal(90000)]),
        scrap_trail=chance.random() < 0.1,
        plate_token=plate,
    )
    if chance.random() < 0.3:
        person.add("declared_item", item_code="vehicle", plate_token=plate)


_LIVES = (
    (0.30, _job),
    (0.10, _job),
    (0.25, _stated("wage", 300, 3500)),
    (0.08, _stated("business", 500, 5000)),
    (0.10, _stated("support", 50, 500)),
    (0.05, _stated("other", 50, 500)),
    (0.10, _stated("pension", 100, 2500)),
    (0.05, _stated("resident_pension", 100, 250)),
    (0.05, _stated("unemployment_benefit", 900, 1700)),
    (0.04, _yearly),
    (0.08, _severance),
    (0.25, _pension),
    (0.08, _benefit),
    (0.10, _contribution),
    (0.05, _filing),
    (0.05, _other_income),
    (0.03, _year_of_tax),
    (0.08, _vehicle),
)
