"""A household's arithmetic as the law has it: what surely belongs to whom, month by month, in exact fractions.

What was not seen, or what only asks, leaves the sum open. Amounts of truth come as binary numbers of whole fen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from world.reckoning.policy import Policy

Row = dict[str, Any]
Rows = dict[str, list[Row]]
ZERO = Fraction(0)


@dataclass(frozen=True)
class Member:
    """A counted member: the rows told of the person by source, and from how many months back something was not seen."""

    covered: bool
    unseen_back: int | None
    told: Rows

    def unseen(self, months: int) -> bool:
        """Whether anything that can add income in a window of so many months was not seen."""
        return self.unseen_back is not None and self.unseen_back <= months


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
        self.told[kind] = self.told.get(kind, ZERO) + yuan

    def ask(self, kind: str, yuan: Fraction = ZERO) -> None:
        self.asked[kind] = self.asked.get(kind, ZERO) + yuan

    @property
    def is_open(self) -> bool:
        return any(kind not in self.told or yuan > self.told[kind] for kind, yuan in self.asked.items())


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

    unfound: Fraction
    """Stated pensions and benefits that their only payer, looked at for the last month, does not pay."""

    @property
    def above(self) -> bool:
        return self.income > 0 and self.income - self.unfound >= self.limit


class Law:
    """The numbers of policy in force for one household."""

    def __init__(self, policy: Policy, region: str, hukou_type: str) -> None:
        self._policy, self._region = policy, region
        self.months = int(policy.number("income_window_months", region, hukou_type))

    def yuan(self, name: str) -> Fraction:
        return Fraction(str(self._policy.number(name, self._region)))

    def whole(self, name: str) -> int:
        return int(self._policy.number(name, self._region))

    def items(self, name: str) -> set[str]:
        return self._policy.listed(name, self._region)


def money(value: float | None) -> Fraction:
    """An amount of truth, to the fen."""
    return Fraction(round((value or 0.0) * 100), 100)


def ago(day: date, month: date) -> int:
    """How many months before the month of the day."""
    return (month.year - day.year) * 12 + month.month - day.month


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
    return Sheet(income, limit, count, covered, law.months, complete, gate, benefit, replaced, unfound)


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
        if not any(ago(row["belongs_to"], household.month) == 1 for row in member.told.get(source, []))
    }
    stated = _stated(member.told.get("declaration", []), household.month, law.months)
    _wages(found, household, member.told, stated.pop("wage", {}), law)
    for yuan in stated.pop("business", {}).values():
        found.income += yuan
        found.answer("business", yuan)
    _lump_sums(found, household, member.told.get("declaration", []), law)
    _transfers(found, household, member.told, stated, law, silent)
    _only_ask(found, household, member.told, law)
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


def _filed(told: Rows, month: date) -> dict[tuple[str, int], tuple[Fraction, Fraction, Fraction]]:
    """(payer, months back) → filed as wages and labour, tax withheld, wages alone."""
    found: dict[tuple[str, int], tuple[Fraction, Fraction, Fraction]] = {}
    for row in told.get("tax_withholding", []):
        back = ago(row["income_month"], month)
        if row["item_code"] in ("wage", "labour") and 1 <= back <= 12:
            paid, tax, alone = found.get((row["payer_uscc"], back), (ZERO, ZERO, ZERO))
            income = money(row["income_yuan"])
            wage = income if row["item_code"] == "wage" else ZERO
            found[row["payer_uscc"], back] = (paid + income, tax + money(row["tax_yuan"]), alone + wage)
    return {where: sums for where, sums in found.items() if sums[0] > 0}


def _live_employers(told: Rows, month: date, law: Law) -> set[str]:
    fresh = law.whole("fund_fresh_months")
    return {
        row["employer_uscc"]
        for row in told.get("housing_fund", [])
        if row["account_state_code"] == "normal" and ago(row["paid_through_month"], month) <= fresh
    }


def _wages(found: Person, household: Household, told: Rows, stated: dict[int, Fraction], law: Law) -> None:
    filed, live = _filed(told, household.month), _live_employers(told, household.month, law)
    enough, recent = law.whole("tax_months"), law.whole("window_months")
    sure = {
        payer
        for payer in live
        if sum(who == payer and back <= recent and alone > 0 for (who, back), (_, _, alone) in filed.items()) >= enough
    }
    line = law.yuan("dibao_line_monthly_yuan")
    huge = {
        w
        for w, (paid, _, _) in filed.items()
        if paid > law.yuan("large_month_multiple") * line * len(household.members)
    }
    net: dict[int, Fraction] = {}
    for (payer, back), (paid, tax, _) in filed.items():
        if back > law.months:
            continue
        lone = law.months < 12 and (payer, back) in huge and sum(who == payer for who, _ in huge) < enough
        if payer in sure and not lone:
            net[back] = net.get(back, ZERO) + paid - min(tax, paid)
            found.answer("wages", paid)
        else:
            found.ask("wages", paid)
    for back, yuan in stated.items():
        if back in net:
            found.replaced += max(law.yuan("wage_tolerance_yuan"), yuan * law.yuan("wage_tolerance_share"))
        else:
            net[back] = yuan
            found.answer("wages", yuan)
    for back, yuan in net.items():
        found.income += _after_cost(household, told, back, yuan, law)


def _after_cost(household: Household, told: Rows, back: int, net: Fraction, law: Law) -> Fraction:
    line = law.yuan("dibao_line_monthly_yuan")
    cost = net * law.yuan("employment_cost_share") + line * law.yuan("employment_cost_line_share")
    left = net - min(net, cost)
    begun = [row["from_month"] for row in told.get("declaration", []) if row["item_code"] == "wage"]
    if not begun or household.approved is None or min(begun) <= household.approved.replace(day=1):
        return left
    if not 0 <= ago(min(begun), household.month) - back < law.whole("disregard_months"):
        return left
    lines = law.yuan("disregard_line_multiple")
    return max(ZERO, left - lines * line) if lines else ZERO


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


def _transfers(
    found: Person,
    household: Household,
    told: Rows,
    stated: dict[str, dict[int, Fraction]],
    law: Law,
    silent: set[str],
) -> None:
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
        for rise in _rises(told, row) if row["item_code"] == "back_pay" else []:
            begun = ago(rise["adjusted_month"], month)
            for place in range(rise["back_paid_months"]):
                put(f"{row['pension_kind_code']}_pension", begun - place, money(rise["rise_monthly_yuan"]))
    for row in told.get("unemployment_benefit", []):
        put("unemployment_benefit", ago(row["paid_month"], month), money(row["amount_monthly_yuan"]))
    return paid


def _rises(told: Rows, paid_back: Row) -> list[Row]:
    return [
        row
        for row in told.get("pension_adjustment", [])
        if row["adjusted_month"] == paid_back["belonging_month"]
        and money(row["rise_monthly_yuan"]) * row["back_paid_months"] == money(paid_back["amount_yuan"])
    ]


def _only_ask(found: Person, household: Household, told: Rows, law: Law) -> None:
    """Contributions, the fund, filings of other periods or kinds, sums of a year or paid once: they ask, no more."""
    month, months = household.month, law.months
    for source in ("contribution", "institution_contribution"):
        for row in told.get(source, []):
            if 1 <= ago(row["belonging_month"], month) <= months:
                found.ask("wages")
    if _live_employers(told, month, law):
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
        unexplained = row["item_code"] == "back_pay" and not _rises(told, row)
        asks = row["amount_yuan"] > 0 and (row["item_code"] == "one_off" or unexplained)
        if asks and 1 <= ago(row["settlement_month"], month) <= months:
            found.ask("transfer")
    for row in told.get("declaration", []):
        lasts = row["to_month"] is None or ago(row["to_month"], month) <= months
        if row["amount_annual_yuan"] and not row["amount_monthly_yuan"] and row["from_month"] < month and lasts:
            found.ask({"wage": "wages", "business": "business"}.get(row["item_code"], "transfer"))
