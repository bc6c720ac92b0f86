"""What work brings a person: what confirmed employers filed, else what was stated, less cost and disregard."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from world.reckoning.person import ZERO, Household, Law, Person, Rows, ago, money


def wages(found: Person, household: Household, told: Rows, stated: dict[int, Fraction], law: Law) -> None:
    """Add to `found` what work brings in the window, what only asks, and what replaces statements."""
    filed, live = _filed(told, household.month), live_employers(told, household.month, law)
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


def live_employers(told: Rows, month: date, law: Law) -> set[str]:
    """Employers at which the person has a fund account that is paid into now."""
    fresh = law.whole("fund_fresh_months")
    return {
        row["employer_uscc"]
        for row in told.get("housing_fund", [])
        if row["account_state_code"] == "normal" and ago(row["paid_through_month"], month) <= fresh
    }
