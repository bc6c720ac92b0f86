"""What offices pay a person, and what was stated where no office pays; a rise paid back goes to its months."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from world.reckoning.person import ZERO, Household, Law, Person, Row, Rows, ago, money


def transfers(
    found: Person,
    household: Household,
    told: Rows,
    stated: dict[str, dict[int, Fraction]],
    law: Law,
    silent: set[str],
) -> None:
    """Add to `found` pensions and benefits paid, else stated; `silent` are items whose payer does not pay them."""
    paid = _paid(told, household.month, law.months)
    exempt = law.items("exempt_income")
    pension: dict[int, Fraction] = {}
    for item, months in paid.items():
        for back, yuan in months.items():
            found.answer("transfer", yuan)
            if item not in exempt:
                found.income += yuan
            if item in ("employee_pension", "institution_pension"):
                pension[back] = pension.get(back, ZERO) + yuan
    least, share = law.yuan("pension_tolerance_yuan"), law.yuan("pension_tolerance_share")
    for item, months in stated.items():
        for back, yuan in months.items():
            tolerated = max(least, yuan * share)
            again = item in ("resident_pension", "support", "other") and back not in stated.get("pension", {})
            again = again and back in pension and abs(pension[back] - yuan) <= tolerated
            if again or back in (pension if item == "pension" else paid.get(item, {})):
                found.replaced += tolerated if item in ("pension", "support", "other") else ZERO
                continue
            found.answer("transfer", yuan)
            if item not in exempt:
                found.income += yuan
                found.unfound += yuan if item in silent else ZERO


def _paid(told: Rows, month: date, months: int) -> dict[str, dict[int, Fraction]]:
    """What offices paid, by item and by the month it belongs to; a rise paid back goes to its months."""
    paid: dict[str, dict[int, Fraction]] = {}

    def put(item: str, back: int, yuan: Fraction) -> None:
        if 1 <= back <= months and yuan > 0:
            of_item = paid.setdefault(item, {})
            of_item[back] = of_item.get(back, ZERO) + yuan

    standard = {}
    for row in sorted(told.get("pension", []), key=lambda row: row["settlement_month"]):
        if row["item_code"] == "standard":
            standard[row["pension_kind_code"], row["belonging_month"]] = row
    for (kind, belonging), row in standard.items():
        if row["state_code"] == "in_pay":
            put(f"{kind}_pension", ago(belonging, month), money(row["standard_monthly_yuan"]))
    for row in told.get("pension", []):
        for rise in rises(told, row) if row["item_code"] == "back_pay" else []:
            begun = ago(rise["adjusted_month"], month)
            for place in range(rise["back_paid_months"]):
                put(f"{row['pension_kind_code']}_pension", begun - place, money(rise["rise_monthly_yuan"]))
    for row in told.get("unemployment_benefit", []):
        put("unemployment_benefit", ago(row["paid_month"], month), money(row["amount_monthly_yuan"]))
    return paid


def rises(told: Rows, paid_back: Row) -> list[Row]:
    """Adjustments that explain a sum paid back."""
    return [
        row
        for row in told.get("pension_adjustment", [])
        if row["adjusted_month"] == paid_back["belonging_month"]
        and money(row["rise_monthly_yuan"]) * row["back_paid_months"] == money(paid_back["amount_yuan"])
    ]
