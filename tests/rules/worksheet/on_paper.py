"""The same arithmetic on paper: plain fractions, person by person and month by month, from the domain's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from tests.rules.worksheet.households import AS_OF, FEEDS, MONTH, Household, Person, Row, back

Months = dict[int, Fraction]


@dataclass(frozen=True)
class Sheet:
    """What the worksheet should say of a household."""

    counted_persons: int
    covered_persons: int
    income_total_yuan: Fraction
    complete: bool
    per_capita_yuan: Decimal | None
    benefit_monthly_yuan: Fraction | None
    gate_code: str
    gate_reason: str


def reckoned(household: Household) -> Sheet:
    """The sheet of one household."""
    unit = _unit(household)
    months = int(household.number("income_window_months"))
    window = range(1, months + 1)
    total = sum((_income(household, person, window) for person in unit), Fraction(0))
    line = Fraction(household.number("dibao_line_monthly_yuan"))
    covered = sum(person.covered for person in unit)
    person_months = len(unit) * months
    unseen = any(_unseen(person, window) for person in unit)
    asked = any(_asked(household, person, window) for person in unit)
    gate = _gate(household, total, line, person_months)
    complete = bool(unit) and not unseen and not asked
    benefit = None
    if complete:
        step = Fraction(household.number("benefit_step_yuan"))
        gap = (line * person_months - total) * covered / person_months
        benefit = ceil(gap / step) * step if gate == "dibao" else Fraction(0)
    said, reason = _said(household, unit, gate, complete=complete, unseen=unseen)
    per_capita = _to_the_cent(total / person_months) if unit else None
    return Sheet(len(unit), covered, total, complete, per_capita, benefit, said, reason)


def _unit(household: Household) -> list[Person]:
    """Who is counted; a conscript is not until the term is over, counted in months."""
    return [
        person for person in household.members if (_served(household, person) if person.enlisted else person.counted)
    ]


def _served(household: Household, person: Person) -> bool:
    """Whether the register's enlistment lies further back than a conscript serves."""
    return person.enlisted is not None and _months_ago(person.enlisted) > household.number("conscript_service_months")


def _said(household: Household, unit: list[Person], gate: str, *, complete: bool, unseen: bool) -> tuple[str, str]:
    if not unit:
        return "unknown", "nobody_counted"
    if not complete:
        return ("none", "at_least") if gate == "none" else ("unknown", "unseen" if unseen else "open_question")
    if _vehicles_ask(household, unit):
        return gate, "property_question"
    return gate, "spending_to_be_shown" if gate == "hardship" else "income"


def _gate(household: Household, total: Fraction, line: Fraction, person_months: int) -> str:
    if not person_months or total / person_months < line:
        return "dibao" if person_months else "none"
    per_capita = total / person_months
    cap = Fraction(household.number("marginal_cap_monthly_yuan"))
    if per_capita <= line * Fraction(household.number("marginal_line_multiple")) and (not cap or per_capita <= cap):
        return "marginal"
    return "hardship" if per_capita < Fraction(household.number("hardship_income_limit_monthly_yuan")) else "none"


def _to_the_cent(amount: Fraction) -> Decimal:
    return Decimal(floor(amount * 100 + Fraction(1, 2))) / 100


def _income(household: Household, person: Person, window: range) -> Fraction:
    wages = _net_wages(household, person, window)
    kept = sum((_after_cost_and_disregard(household, person, back_, net) for back_, net in wages.items()), Fraction(0))
    stated_business = sum(_stated(person, "business", window).values(), Fraction(0))
    return kept + _severance(household, person, window) + stated_business + _transfers(household, person, window)


def _stated(person: Person, item: str, window: range) -> Months:
    """What the person stated for each month; a yearly sum states none."""
    found: Months = {}
    for row in person.of("declared_item", item_code=item):
        for months in window:
            first, last, amount = row.get("from_month"), row.get("to_month"), row.get("amount_monthly_yuan")
            if amount and (first is None or first <= back(months)) and (last is None or last >= back(months)):
                found[months] = found.get(months, Fraction(0)) + Fraction(amount)
    return found


def _filed(person: Person, window: range) -> dict[tuple[str, int], tuple[Fraction, Fraction, Fraction]]:
    """(payer, month) → what was filed as wages or labour, the tax, the wages alone; a month taken back is none."""
    found = {}
    rows = [row for row in person.of("withheld_income") if row["item_code"] in ("wage", "labour")]
    for payer in {row["payer_token"] for row in rows}:
        for months in window:
            mine = [row for row in rows if row["payer_token"] == payer and row["income_month"] == back(months)]
            total = sum(Fraction(row["income_yuan"]) for row in mine)
            tax = sum(Fraction(row["tax_yuan"]) for row in mine)
            if total > 0:
                alone = sum(Fraction(row["income_yuan"]) for row in mine if row["item_code"] == "wage")
                found[payer, months] = (Fraction(total), min(Fraction(tax), Fraction(total)), Fraction(alone))
    return found


def _two_voices(household: Household, person: Person) -> set[str]:
    """Employers whose wages two voices tell: filed for enough months, and a live fund account of the person there."""
    filed = _filed(person, range(1, int(household.number("window_months")) + 1))
    live = {
        row["employer_token"]
        for row in person.of("fund_account", account_state_code="normal")
        if _months_ago(row["paid_through_month"]) <= household.number("fund_fresh_months")
    }
    months = {payer: {m for (who, m), (_, _, alone) in filed.items() if who == payer and alone > 0} for payer in live}
    return {payer for payer, told in months.items() if len(told) >= household.number("tax_months")}


def _counting(household: Household, person: Person, window: range) -> dict[tuple[str, int], tuple[Fraction, Fraction]]:
    """(payer, month) → wage and tax that count: told by two voices, and no lone large month in a short window."""
    sure, year = _two_voices(household, person), _filed(person, range(1, 13))
    persons = len(_unit(household))
    limit = Fraction(household.number("large_month_multiple") * household.number("dibao_line_monthly_yuan")) * persons
    large = {(payer, months) for (payer, months), (paid, _, _) in year.items() if paid > limit}
    counting = {}
    for (payer, months), (paid, tax, _) in year.items():
        alike = sum(who == payer for who, _ in large)
        lone = (payer, months) in large and alike < household.number("tax_months") and len(window) < 12
        if payer in sure and months in window and not lone:
            counting[payer, months] = (paid, tax)
    return counting


def _months_ago(month: date) -> int:
    return (MONTH.year - month.year) * 12 + MONTH.month - month.month


def _net_wages(household: Household, person: Person, window: range) -> Months:
    net: Months = {}
    for (_, months), (paid, tax) in _counting(household, person, window).items():
        net[months] = net.get(months, Fraction(0)) + paid - tax
    return {**_stated(person, "wage", window), **net}


def _after_cost_and_disregard(household: Household, person: Person, months: int, net: Fraction) -> Fraction:
    line = Fraction(household.number("dibao_line_monthly_yuan"))
    cost = net * Fraction(household.number("employment_cost_share"))
    cost += line * Fraction(household.number("employment_cost_line_share"))
    left = net - min(net, cost)
    if not _is_new_work(household, person, months):
        return left
    cap = line * Fraction(household.number("disregard_line_multiple"))
    return max(Fraction(0), left - cap) if cap else Fraction(0)


def _is_new_work(household: Household, person: Person, months: int) -> bool:
    starts = [row.get("from_month") for row in person.of("declared_item", item_code="wage")]
    known = [start for start in starts if start is not None]
    if not known or len(known) < len(starts) or min(known) <= household.approved.replace(day=1):
        return False
    return 0 <= _months_ago(min(known)) - months < household.number("disregard_months")


def _severance(household: Household, person: Person, window: range) -> Fraction:
    return sum((_part(household, row, window) or Fraction(0) for row in _lumps(person)), Fraction(0))


def _lumps(person: Person) -> list[Row]:
    return [row for row in person.of("declared_item", item_code="severance") if row["from_month"] < MONTH]


def _part(household: Household, row: Row, window: range) -> Fraction | None:
    """What of a lump sum falls into the window; None where nothing tells how to spread it."""
    amount, ways = int(Fraction(row["amount_once_yuan"]) * 100), household.words("lump_sum_spreading")
    begun = _months_ago(row["from_month"])
    if row["to_month"] is None and "line_months" in ways:
        persons = len(_unit(household))
        each = int(household.number("dibao_line_monthly_yuan") * 100) * persons
        instalments = [max(0, min(each, amount - each * place)) for place in range(begun)]
    elif row["to_month"] is not None and row["to_month"] >= row["from_month"] and "calculated_months" in ways:
        count = begun - _months_ago(row["to_month"]) + 1
        bounds = [amount * place // count for place in range(count + 1)]
        instalments = [bounds[place + 1] - bounds[place] for place in range(count)]
    else:
        return None
    falling = [fen for place, fen in enumerate(instalments) if begun - place in window]
    return Fraction(sum(falling), 100)


def _transfers(household: Household, person: Person, window: range) -> Fraction:
    exempt = household.words("exempt_income")
    paid = _paid(person, window)
    total = Fraction(0)
    for item, months in paid.items():
        if item not in exempt:
            total += sum(months.values(), Fraction(0))
    for item, stated in _statements(household, person, window).items():
        if item not in exempt:
            total += sum(stated.values(), Fraction(0))
    return total


def _paid(person: Person, window: range) -> dict[str, Months]:
    """What offices paid, by item and by the month it belongs to; a rise paid back goes to its months."""
    paid: dict[str, Months] = {}
    newest: dict[tuple[str, int], Row] = {}
    for row in sorted(person.of("pension_payment", item_code="standard"), key=lambda r: r["settlement_month"]):
        newest[row["pension_kind_code"], _months_ago(row["belonging_month"])] = row
    for (kind, months), row in newest.items():
        if months in window and row["state_code"] == "in_pay":
            _put(paid, f"{kind}_pension", months, row["standard_monthly_yuan"])
    for row in person.of("pension_payment", item_code="back_pay"):
        for rise in _rises(person, row):
            begun = _months_ago(rise["adjusted_month"])
            for months in range(begun, begun - rise["back_paid_months"], -1):
                if months in window:
                    _put(paid, f"{row['pension_kind_code']}_pension", months, rise["rise_monthly_yuan"])
    for row in person.of("unemployment_benefit"):
        if _months_ago(row["paid_month"]) in window:
            _put(paid, "unemployment_benefit", _months_ago(row["paid_month"]), row["amount_monthly_yuan"])
    return paid


def _rises(person: Person, paid_back: Row) -> list[Row]:
    return [
        rise
        for rise in person.of("pension_adjustment", adjusted_month=paid_back["belonging_month"])
        if rise["rise_monthly_yuan"] * rise["back_paid_months"] == paid_back["amount_yuan"]
    ]


def _put(paid: dict[str, Months], item: str, months: int, amount: Decimal) -> None:
    of_item = paid.setdefault(item, {})
    of_item[months] = of_item.get(months, Fraction(0)) + Fraction(amount)


def _statements(household: Household, person: Person, window: range) -> dict[str, Months]:
    """What the person stated where no office tells better."""
    paid = _paid(person, window)
    own: Months = {}
    for item in ("employee_pension", "institution_pension"):
        for months, amount in paid.get(item, {}).items():
            own[months] = own.get(months, Fraction(0)) + amount
    better = {"pension": own, **{item: paid.get(item, {}) for item in ("resident_pension", "unemployment_benefit")}}
    found = {}
    for item in ("pension", "resident_pension", "support", "unemployment_benefit", "other"):
        stated = _stated(person, item, window)
        may_be_again = item in ("resident_pension", "support", "other")
        again = _pension_again(household, person, own, stated, window) if may_be_again else set()
        found[item] = {m: yuan for m, yuan in stated.items() if m not in better.get(item, {}) and m not in again}
    return found


def _pension_again(household: Household, person: Person, own: Months, stated: Months, window: range) -> set[int]:
    """Months whose statement under another heading is the pension itself, told again."""
    under_its_name = _stated(person, "pension", window)
    least, share = (Fraction(household.number(f"pension_tolerance_{name}")) for name in ("yuan", "share"))
    return {
        months
        for months, yuan in stated.items()
        if months in own and months not in under_its_name and abs(own[months] - yuan) <= max(least, yuan * share)
    }


def _unseen(person: Person, window: range) -> bool:
    if any(reach < len(window) for reach in FEEDS.values()):
        return True
    return any(months in window or not months for _, months in person.hidden)


def _asked(household: Household, person: Person, window: range) -> bool:
    """Whether a question about the person's income is open: something only asks, and nothing of its kind answers it."""
    questions = _questions(household, person, window)
    told = _told(household, person, window)
    return any(kind not in told or one_voice > told[kind] for kind, one_voice in questions.items())


def _told(household: Household, person: Person, window: range) -> dict[str, Fraction]:
    """Kind → what was counted of it before deductions; a kind of which only exempt sums are known is told too."""
    told: dict[str, Fraction] = {}
    counting = _counting(household, person, window)
    paid = [amount for amount, _ in counting.values()]
    better = {months for _, months in counting}
    stated = [yuan for months, yuan in _stated(person, "wage", window).items() if months not in better]
    if paid or stated:
        told["wages"] = sum([*paid, *stated], Fraction(0))
    if business := _stated(person, "business", window):
        told["business"] = sum(business.values(), Fraction(0))
    transfers = [*_paid(person, window).values(), *_statements(household, person, window).values()]
    if any(transfers):
        told["transfer"] = Fraction(10**9)
    return told


def _questions(household: Household, person: Person, window: range) -> dict[str, Fraction]:
    """Kind → what one voice says of it, for every kind something asks about."""
    asks: dict[str, Fraction] = {"wages": Fraction(0)} if _served(household, person) else {}
    counting = _counting(household, person, window)
    lone = [amount for place, (amount, _, _) in _filed(person, window).items() if place not in counting]
    if lone or _works_by_weak_signs(household, person, window):
        asks["wages"] = sum(lone, Fraction(0))
    if any(_part(household, row, window) is None for row in _lumps(person)):
        asks.setdefault("wages", Fraction(0))
    if any(_once(person, window)):
        asks["transfer"] = Fraction(0)
    kinds = {"author": "business", "interest": "property", "lease": "property", "contingent": "transfer"}
    for row in person.of("withheld_income"):
        if row["item_code"] in kinds and row["income_yuan"] > 0 and _months_ago(row["income_month"]) in window:
            asks.setdefault(kinds[row["item_code"]], Fraction(0))
    yearly = {"wage": "wages", "business": "business"}
    for row in person.of("declared_item"):
        if row.get("amount_annual_yuan"):
            asks.setdefault(yearly.get(row["item_code"], "transfer"), Fraction(0))
    for row in person.of("annual_income"):
        if row["income_year"] >= MONTH.year - 1:
            asks.setdefault(yearly[row["item_code"]], Fraction(0))
    for row in person.of("self_employed", state_code="open"):
        fresh = _months_ago(row["to_month"]) <= household.number("business_fresh_months")
        if row["income_period_yuan"] > 0 and fresh:
            asks.setdefault("business", Fraction(0))
    return asks


def _works_by_weak_signs(household: Household, person: Person, window: range) -> bool:
    fund = [
        row
        for row in person.of("fund_account", account_state_code="normal")
        if _months_ago(row["paid_through_month"]) <= household.number("fund_fresh_months")
    ]
    insured = [
        row
        for row in person.of("contribution", payer_code="employer", pay_kind_code="normal")
        if row["insurance_code"] != "unemployment" and _months_ago(row["belonging_month"]) in window
    ]
    return bool(fund or insured)


def _once(person: Person, window: range) -> list[bool]:
    """One-off sums, and rises paid back whose months nobody tells."""
    rows = [row for row in person.of("pension_payment") if row["item_code"] in ("one_off", "back_pay")]
    return [
        True
        for row in rows
        if _months_ago(row["settlement_month"]) in window and (row["item_code"] == "one_off" or not _rises(person, row))
    ]


def _vehicles_ask(household: Household, unit: list[Person]) -> bool:
    """Whether a vehicle that counts was not disclosed and is beyond what the measures leave."""
    disclosed = {r["plate_token"] for p in household.members for r in p.of("declared_item", item_code="vehicle")}
    counting = [row for person in unit for row in person.of("vehicle") if _counts(household, row)]
    spare = int(household.number("vehicle_limit_count"))
    if len(counting) == 1 and household.number("vehicle_livelihood_exempt") and counting[0]["use_code"] == "taxi":
        return False
    counting.sort(key=lambda row: row["first_registered_date"])
    return any(row["plate_token"] not in disclosed for row in counting[spare:])


def _counts(household: Household, row: Row) -> bool:
    limit = household.number("vehicle_price_limit_yuan")
    cheap = row["price_yuan"] is not None and row["price_yuan"] <= limit
    gone = row["status_letters"] == "E"
    last = row["inspection_valid_to_date"]
    overdue = (_months_ago(last.replace(day=1)), AS_OF.day) > (household.number("scrap_trail_months"), last.day)
    scrapped = row["scrap_trail"] or (row["status_letters"] == "Q" and overdue)
    exempt = row["plate_class_code"] == "motorcycle" or row["use_code"] == "disabled_vehicle"
    return not (gone or cheap or scrapped or exempt)
