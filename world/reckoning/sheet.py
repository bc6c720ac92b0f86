"""A household's arithmetic as the law has it: what surely belongs to whom, month by month, in exact fractions.

What was not seen, or what only asks, leaves the sum open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from world.reckoning.person import ZERO, Household, Law, Member, Person, Row, Rows, ago, money
from world.reckoning.transfers import rises, transfers
from world.reckoning.wages import live_employers, wages


@dataclass(frozen=True)
class Sheet:
    """The sum over the window, the line × persons × months it stands against, and what follows."""

    income: Fraction
    limit: Fraction
    persons: int
    covered: int
    months: int
    complete: bool
    gate: str
    benefit: Fraction | None
    replaced: Fraction
    own: tuple[Fraction, ...]
    """What each counted member brings, in their order."""

    unfound: Fraction
    """Stated pensions and benefits that their only payer, looked at for the last month, does not pay."""

    @property
    def above(self) -> bool:
        """Whether what is surely lived on reaches the line."""
        return self.income > 0 and self.income - self.unfound >= self.limit


def reckoned(household: Household, law: Law) -> Sheet:
    """The sheet of one household."""
    persons = [_person(household, member, law) for member in household.members]
    income = sum((each.income for each in persons), ZERO)
    count, covered = len(persons), sum(member.covered for member in household.members)
    limit = law.yuan("dibao_line_monthly_yuan") * count * law.months
    complete = bool(persons) and not any(member.unseen(law.months) for member in household.members)
    complete = complete and not any(each.is_open for each in persons)
    gate = _gate(income, count * law.months, law)
    benefit = None
    if complete:
        step = law.yuan("benefit_step_yuan")
        gap = (limit - income) * covered / (count * law.months)
        benefit = ceil(gap / step) * step if gate == "dibao" else ZERO
    replaced = sum((each.replaced for each in persons), ZERO)
    unfound = sum((each.unfound for each in persons), ZERO)
    own = tuple(each.income for each in persons)
    return Sheet(income, limit, count, covered, law.months, complete, gate, benefit, replaced, own, unfound)


def _gate(income: Fraction, person_months: int, law: Law) -> str:
    line = law.yuan("dibao_line_monthly_yuan")
    if income < line * person_months:
        return "dibao"
    cap = law.yuan("marginal_cap_monthly_yuan")
    within = income <= line * law.yuan("marginal_line_multiple") * person_months
    if within and (not cap or income <= cap * person_months):
        return "marginal"
    return "hardship" if income < law.yuan("hardship_income_limit_monthly_yuan") * person_months else "none"


def _person(household: Household, member: Member, law: Law) -> Person:
    found = Person()
    payers = {"pension": "pension", "unemployment_benefit": "unemployment_benefit"} if not member.unseen(1) else {}
    silent = {
        item
        for item, source in payers.items()
        if not any(
            ago(row["belongs_to"], household.month) == 1 and row.get("state_code", "in_pay") == "in_pay"
            for row in member.told.get(source, [])
        )
    }
    stated = _stated(member.told.get("declaration", []), household.month, law.months)
    wages(found, household, member.told, stated.pop("wage", {}), law)
    for yuan in stated.pop("business", {}).values():
        found.income += yuan
        found.answer("business", yuan)
    _lump_sums(found, household, member.told.get("declaration", []), law)
    transfers(found, household, member.told, stated, law, silent)
    _only_ask(found, household, member.told, law)
    if member.served:
        found.ask("wages")
    return found


def _stated(items: list[Row], month: date, months: int) -> dict[str, dict[int, Fraction]]:
    """item → months back → what was stated for the month; a year's sum states none."""
    found: dict[str, dict[int, Fraction]] = {}
    for row in items:
        if row["item_code"] in ("vehicle", "severance") or not row["amount_monthly_yuan"]:
            continue
        for back in range(1, months + 1):
            if ago(row["from_month"], month) >= back and (
                row["to_month"] is None or ago(row["to_month"], month) <= back
            ):
                of_item = found.setdefault(row["item_code"], {})
                of_item[back] = of_item.get(back, ZERO) + money(row["amount_monthly_yuan"])
    return found


def _lump_sums(found: Person, household: Household, items: list[Row], law: Law) -> None:
    """A sum with the months on which it was calculated falls on them in whole fen; without, it waits for an answer."""
    for row in items:
        if row["item_code"] != "severance" or not row["amount_once_yuan"] or row["from_month"] >= household.month:
            continue
        begun = ago(row["from_month"], household.month)
        count = begun - ago(row["to_month"], household.month) + 1
        fen = int(money(row["amount_once_yuan"]) * 100)
        bounds = [fen * place // count for place in range(count + 1)]
        parts = {begun - place: bounds[place + 1] - bounds[place] for place in range(count)}
        found.income += Fraction(sum(yuan for back, yuan in parts.items() if 1 <= back <= law.months), 100)


def _only_ask(found: Person, household: Household, told: Rows, law: Law) -> None:
    """Contributions, the fund, filings of other periods or kinds, sums of a year or paid once: they ask, no more."""
    month, months = household.month, law.months
    for source in ("contribution", "institution_contribution"):
        for row in told.get(source, []):
            if 1 <= ago(row["belonging_month"], month) <= months:
                found.ask("wages")
    if live_employers(told, month, law):
        found.ask("wages")
    for row in told.get("tax_withholding", []):
        if 1 <= ago(row["income_month"], month) <= months and row["income_yuan"] > 0:
            if row["item_code"] in ("author", "royalty", "business"):
                found.ask("business")
            elif row["item_code"] in ("interest", "lease", "transfer"):
                found.ask("property")
    for row in told.get("self_employed", []):
        if ago(row["to_month"], month) <= law.whole("business_fresh_months"):
            found.ask("business")
    for row in told.get("pension", []):
        unexplained = row["item_code"] == "back_pay" and not rises(told, row)
        asks = row["amount_yuan"] > 0 and (row["item_code"] == "one_off" or unexplained)
        if asks and 1 <= ago(row["settlement_month"], month) <= months:
            found.ask("transfer")
    for row in told.get("declaration", []):
        lasts = row["to_month"] is None or ago(row["to_month"], month) <= months
        if row["amount_annual_yuan"] and not row["amount_monthly_yuan"] and row["from_month"] < month and lasts:
            found.ask({"wage": "wages", "business": "business"}.get(row["item_code"], "transfer"))
