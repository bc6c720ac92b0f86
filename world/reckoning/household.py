"""What should have been asked of a household's arithmetic: above the line, after the exit, where to, and the amount.

A household's sum rests on rows with a usable number alone. What waits for people because its number is damaged is not
seen, and leaves the sum open, whoever it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

import polars as pl

from world.reckoning import person, sheet, unit
from world.reckoning.knowable import LOST, Known, newest
from world.reckoning.policy import Policy
from world.reckoning.vehicles import exempt_or_gone

_CASE = "world_household_id"
_MONTHLY = ("tax_withholding", "pension", "unemployment_benefit")
_EARNED = ("contribution", "institution_contribution")


@dataclass(frozen=True)
class Reckoned:
    """A household's sheet beside what the ledger and the payroll say of it."""

    sheet: sheet.Sheet
    members: list[tuple[str, str, bool]]
    """Counted members in the order of the sheet: who, of which class on the ledger, covered."""

    region: str
    grace_until: date | None
    everyone_counts: bool
    property_question: bool
    paid: tuple[date, Fraction] | None


def per_capita_above_line(known: Known, policy: Policy) -> pl.DataFrame:
    """Income reaches the line; within the gradual exit this is only told."""
    above = {
        case: "eligibility" if one.grace_until is None else "information"
        for case, one in sheets(known, policy).items()
        if one.sheet.above and (one.grace_until is None or one.grace_until >= known.as_of)
    }
    return _asked(above, {case: _per_capita(sheets(known, policy)[case]) for case in above})


def gradual_exit_ended(known: Known, policy: Policy) -> pl.DataFrame:
    """The gradual exit is over and income still reaches the line."""
    over = [
        case
        for case, one in sheets(known, policy).items()
        if one.sheet.above and one.grace_until is not None and one.grace_until < known.as_of
    ]
    return _asked(dict.fromkeys(over, "eligibility"), {case: _per_capita(sheets(known, policy)[case]) for case in over})


def above_line_may_be_marginal(known: Known, policy: Policy) -> pl.DataFrame:
    """Above the line by a whole sheet, and within another programme."""
    within = [
        case
        for case, one in sheets(known, policy).items()
        if one.sheet.above
        and one.sheet.complete
        and not one.property_question
        and one.sheet.gate in ("marginal", "hardship")
    ]
    gates = {case: sheets(known, policy)[case].sheet.gate for case in within}
    return _asked(dict.fromkeys(within, "favourable")).with_columns(
        material=pl.col(_CASE).replace_strict(gates, default=None, return_dtype=pl.String)
    )


def single_person_may_be_admitted(known: Known, policy: Policy) -> pl.DataFrame:
    """Above the line by a whole sheet, a member of the classes admitted alone has less than the line."""
    found = []
    for case, one in sheets(known, policy).items():
        if one.sheet.above and one.sheet.complete and not one.property_question:
            found += [(case, who, "favourable") for who in _may_be_alone(one, policy)]
    schema = {_CASE: pl.String, "world_person_id": pl.String, "severity": pl.String}
    return pl.DataFrame(found, schema=schema, orient="row")


def _may_be_alone(one: Reckoned, policy: Policy) -> list[str]:
    line = one.sheet.limit / one.sheet.persons
    found = []
    for (who, of_class, covered), own in zip(one.members, one.sheet.own, strict=True):
        kind = {"severe_disability": "disability", "severe_illness": "illness"}.get(of_class)
        already = covered and one.sheet.covered < one.sheet.persons
        if kind is None or already or own >= line:
            continue
        wider = Fraction(str(policy.number(f"single_person_line_multiple_{kind}", one.region))) * one.sheet.limit
        if one.sheet.gate == "marginal" or one.sheet.income <= wider:
            found.append(who)
    return found


def wrong_amount(known: Known, policy: Policy) -> pl.DataFrame:
    """What came last is not what a whole sheet yields, beyond what the income rules tolerate."""
    found, due = {}, {}
    for case, one in sheets(known, policy).items():
        if one.paid is None or one.sheet.benefit is None or one.sheet.gate != "dibao" or one.property_question:
            continue
        if not one.everyone_counts or (one.grace_until is not None and one.grace_until >= known.as_of):
            continue
        months = int(policy.number("payroll_cadence_months", one.region))
        month, yuan = one.paid
        if person.ago(month, known.as_of_month) >= months:
            continue
        short = one.sheet.benefit * months - yuan
        of_statements = one.sheet.replaced * one.sheet.covered / (one.sheet.persons * one.sheet.months)
        tolerated = (Fraction(str(policy.number("benefit_tolerance_yuan", one.region))) + of_statements) * months
        if abs(short) > tolerated:
            found[case] = "favourable" if short > 0 else "amount"
            due[case] = float(one.sheet.benefit * months)
    return _asked(found, due)


def _asked(found: dict[str, str], yuan: dict[str, float] | None = None) -> pl.DataFrame:
    """`yuan` is the amount whose change is news beyond the tolerance of the rule's card."""
    rows = [(case, None, severity, (yuan or {}).get(case)) for case, severity in found.items()]
    schema = {_CASE: pl.String, "world_person_id": pl.String, "severity": pl.String, "material_yuan": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _per_capita(one: Reckoned) -> float:
    return float(one.sheet.income / (one.sheet.persons * one.sheet.months))


@lru_cache(maxsize=2)
def sheets(known: Known, policy: Policy) -> dict[str, Reckoned]:
    """Every standing household's sheet."""
    standing = known.roster.filter(pl.col("stop_date").is_null() | (pl.col("stop_date") > known.as_of))
    counted = unit.counted(known, policy).join(
        standing.select(_CASE).unique(), on=_CASE, how="semi", maintain_order="left"
    )
    told = _told(known)
    stated = _by_person(_declared(known), _CASE)
    unseen, asks = _unseen(known), _holdings_ask(known, policy, counted)
    paid = _paid(known)
    left_out = standing.filter("covered").join(counted, on=[_CASE, "world_person_id"], how="anti")
    uncounted = set(left_out[_CASE])
    members: dict[str, list[person.Member]] = {}
    named: dict[str, list[tuple[str, str, bool]]] = {}
    columns = (_CASE, "world_person_id", "person_class_code", "covered", "served")
    for case, who, of_class, covered, served in counted.select(columns).iter_rows():
        named.setdefault(case, []).append((who, of_class, covered))
        rows = dict(told.get(who, {}), declaration=stated.get((case, who), []))
        members.setdefault(case, []).append(person.Member(covered, unseen[who], rows, served))
    found = {}
    laws: dict[tuple[str, str], person.Law] = {}
    heads = standing.sort(pl.col("relation_code") != "head", maintain_order=True).unique(_CASE, keep="first")
    for row in heads.iter_rows(named=True):
        case, place = row[_CASE], (row["region_code"], row["hukou_type_code"])
        law = laws.setdefault(place, person.Law(policy, *place))
        household = person.Household(*place, row["approved_date"], members.get(case, []), known.as_of_month)
        found[case] = Reckoned(
            sheet.reckoned(household, law),
            named.get(case, []),
            row["region_code"],
            row["grace_until_date"],
            case not in uncounted,
            case in asks,
            paid.get(case),
        )
    return found


def _declared(known: Known) -> pl.DataFrame:
    """Declared lines with the household in whose case they stand."""
    return newest(known.delivered["declaration"]).join(known.cases, on="case_number", maintain_order="left")


def _told(known: Known) -> dict[str, person.Rows]:
    """person → source → rows that bear on a household's income."""
    fresh = pl.col("income_period_yuan") > 0
    paying = (pl.col("payer_code") == "employer") & (pl.col("state_code") == "paying") & pl.col("paid")
    insured = paying & pl.col("insurance_code").is_in(["employee_pension", "institution_pension"])
    insured = insured & pl.col("pay_kind_code").is_in(["normal", "back_pay"])
    wanted = {
        **{source: unit.sure(known, source) for source in (*_MONTHLY, "pension_adjustment")},
        **{source: unit.sure(known, source).filter(insured) for source in _EARNED},
        "housing_fund": newest(unit.sure(known, "housing_fund")),
        "self_employed": newest(unit.sure(known, "self_employed")).filter((pl.col("state_code") == "open") & fresh),
    }
    found: dict[str, person.Rows] = {}
    for source, rows in wanted.items():
        for row in rows.iter_rows(named=True):
            found.setdefault(row["world_person_id"], {}).setdefault(source, []).append(row)
    return found


def _by_person(rows: pl.DataFrame, case: str) -> dict[tuple[str, str], list[person.Row]]:
    found: dict[tuple[str, str], list[person.Row]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault((row[case], row["world_person_id"]), []).append(row)
    return found


def _unseen(known: Known) -> dict[str, int]:
    """Person → from how many months back on something was not seen: 1 where the number is of no use, where leave to ask
    is missing, or where a row of last month waits for people and no other row of the delivery came."""
    needed = (*_MONTHLY, "housing_fund")
    may = pl.all_horizontal(pl.col("may_ask").list.contains(source) for source in needed)
    found = dict.fromkeys(known.roster["world_person_id"], _not_delivered(known))
    found |= dict.fromkeys(known.roster.filter(~pl.col("usable") | pl.col("damaged") | ~may)["world_person_id"], 1)
    for source in needed:
        rows = newest(known.delivered[source]) if source == "housing_fund" else known.delivered[source]
        good = ~pl.col("dirt").fill_null("").is_in(unit.SURE)
        waiting = rows.filter(~good).join(rows.filter(good), on=["world_person_id", "belongs_to"], how="anti")
        for who, belongs_to in waiting.select("world_person_id", "belongs_to").iter_rows():
            back = person.ago(belongs_to, known.as_of_month) if source != "housing_fund" else 1
            found[who] = min(back, found.get(who, back))
    return found


def _not_delivered(known: Known) -> int:
    """How many months back the newest month lies that some feed the sum rests on never told of; a register tells of all
    or of none."""
    if known.delivered["housing_fund"].is_empty() or known.delivered["declaration"].is_empty():
        return 1
    told = [known.months[source] for source in _MONTHLY]
    return next((back for back, month in enumerate(known.window(12), 1) if any(month not in each for each in told)), 13)


def _holdings_ask(known: Known, policy: Policy, counted: pl.DataFrame) -> set[str]:
    """Households with a vehicle that counts and that nobody of them declared."""
    disclosed = _declared(known).filter(pl.col("item_code") == "vehicle").select(_CASE, "plate_number").unique()
    held = newest(unit.sure(known, "vehicle")).filter(~exempt_or_gone(known, policy))
    theirs = held.join(counted.select(_CASE, "world_person_id"), on="world_person_id")
    return set(theirs.join(disclosed, on=[_CASE, "plate_number"], how="anti")[_CASE])


def _paid(known: Known) -> dict[str, tuple[date, Fraction]]:
    """The newest payment that arrived, by household; of a month with two no one of them is it."""
    rows = known.delivered["payroll"].filter(
        pl.col("state_code").is_in(["paid", "collected"]) & ~pl.col("dirt").fill_null("").is_in(LOST)
    )
    months = rows.join(known.cases, on="case_number").group_by(_CASE, "payment_month").agg(pl.col("amount_yuan"))
    newest = months.sort("payment_month").unique(_CASE, keep="last", maintain_order=True)
    alone = newest.filter(pl.col("amount_yuan").list.len() == 1).select(
        _CASE, "payment_month", pl.col("amount_yuan").list.first()
    )
    return {case: (month, person.money(yuan)) for case, month, yuan in alone.iter_rows()}
