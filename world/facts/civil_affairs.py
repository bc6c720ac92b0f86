"""What civil affairs itself holds: the ledger, declarations, authorisations, payments and the papers of each case."""

from __future__ import annotations

from datetime import date

import polars as pl

from world.calendar import AS_OF, SNAPSHOT_DAYS
from world.facts.labelled import labelled
from world.lives.lives import Lives
from world.places import QUARTERLY_SUBDISTRICTS

_PUT_RIGHT = date(2026, 6, 1)
"""When offices that noticed their miscounts paid the right amount for the first time."""


def roster(lives: Lives, day: date) -> pl.DataFrame:
    """Members of all cases approved by the day; in May some numbers, case numbers and regions were still others."""
    case = _cases_at(lives, day)
    facts = labelled(lives, lives.members.join(case, on="household").sort("household", "person"), f"roster/{day}")
    as_held = pl.when(pl.col("ledger_damage") == "excel_zeros").then(pl.col("id_number").str.slice(0, 15) + "000")
    facts = facts.with_columns(programme_code=pl.lit("dibao"), id_number=as_held.otherwise("id_number"))
    return _as_known_in_may(lives, facts) if day == SNAPSHOT_DAYS[0] else facts


def _as_known_in_may(lives: Lives, facts: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("id_number")
    mistyped = number.str.slice(0, 14) + number.str.slice(15, 1) + number.str.slice(14, 1) + number.str.slice(16, 2)
    corrected_by_police = lives.moves.filter(pl.col("event_code") == "id_corrected")["person"].to_list()
    former = pl.when(pl.col("person").is_in(corrected_by_police)).then(former_number(number)).otherwise(number)
    return facts.with_columns(id_number=pl.when("corrected").then(mistyped).otherwise(former))


def former_number(number: pl.Expr) -> pl.Expr:
    """The number a person had before the police corrected it: another county's code, the check character not redone."""
    return pl.lit("210104") + number.str.slice(6, 12)


def _cases_at(lives: Lives, day: date) -> pl.DataFrame:
    """Cases approved by the day, under the number and region the office used then."""
    case = lives.households.filter(pl.col("approved_date") <= day)
    if day >= date(2026, 6, 1):
        return case
    return case.with_columns(
        case_number=pl.coalesce("may_case_number", "case_number"),
        region_code=pl.coalesce("may_region_code", "region_code"),
    )


def declaration(lives: Lives, day: date) -> pl.DataFrame:
    """Declared items in the case the person first stood in."""
    items = lives.declarations.join(_first_household(lives), on="person", how="left", maintain_order="left")
    case = _cases_at(lives, day).select("household", "case_number", "approved_date")
    facts = items.join(case, on="household", maintain_order="left").with_columns(declared_date="approved_date")
    return labelled(lives, facts, f"declaration/{day}")


def _first_household(lives: Lives) -> pl.DataFrame:
    return lives.members.unique("person", keep="first", maintain_order=True).select("person", "household")


def authorisation(lives: Lives, day: date) -> pl.DataFrame:
    """Forms signed by the day."""
    return labelled(lives, lives.authorisations.filter(pl.col("signed_date") <= day), f"authorisation/{day}")


def heads(lives: Lives) -> pl.DataFrame:
    """household → person of the head."""
    return lives.members.filter(pl.col("relation_code") == "head").select("household", "person")


def payroll(lives: Lives, month: date) -> pl.DataFrame:
    """Payments sent in the month: the month after approval first, quarterly where the payroll runs so."""
    case = _cases_at(lives, month).join(heads(lives), on="household", maintain_order="left")
    quarterly = pl.col("region_code").str.slice(0, 9).is_in(QUARTERLY_SUBDISTRICTS)
    due = (pl.col("approved_date") < month) & (pl.col("stop_date").is_null() | (pl.col("stop_date") >= month))
    if month.month % 3 != 1:
        due = due & ~quarterly
    unpaid = (pl.col("unpaid_from") <= month).fill_null(False)
    luck = (pl.col("household").cast(pl.UInt64) * 48_271 + month.month * 7_919) % 1000
    returned = unpaid & pl.col("unpaid_state").is_not_null()
    facts = case.filter(due & (~unpaid | returned)).with_columns(
        payment_month=pl.lit(month),
        amount_yuan=_paid_a_month(month) * pl.when(quarterly).then(3).otherwise(1),
        state_code=pl.when(returned)
        .then(pl.lit("returned"))
        .when(luck < 18)
        .then(pl.lit("collected"))
        .otherwise(pl.lit("paid")),
        paid_date=pl.when(~returned).then(pl.lit(month.replace(day=10))),
    )
    named = labelled(lives, _with_second_payments(facts, month), f"payroll/{month:%Y-%m}")
    return named.with_columns(holder_name="name")


def _paid_a_month(month: date) -> pl.Expr:
    """Where the office put an amount right in June, the one before stood until May."""
    now = pl.col("benefit_monthly_yuan")
    return now if month >= _PUT_RIGHT else pl.coalesce("former_benefit_yuan", now)


def _with_second_payments(facts: pl.DataFrame, month: date) -> pl.DataFrame:
    """A month paid again on the 22nd; where the first payment had come back, it stands as returned."""
    is_again = (pl.col("paid_again_month") == month).fill_null(False)
    came_back = is_again & pl.col("first_returned")
    first = facts.with_columns(
        state_code=pl.when(came_back).then(pl.lit("returned")).otherwise("state_code"),
        paid_date=pl.when(~came_back).then("paid_date"),
    )
    again = facts.filter(is_again).with_columns(state_code=pl.lit("paid"), paid_date=pl.lit(month.replace(day=22)))
    return pl.concat([first, again])


def case_file(lives: Lives, day: date) -> pl.DataFrame:
    """The dates of each case's papers, as far as the office had them by the day."""
    before = pl.col("approved_date")
    newest = pl.lit(AS_OF) - pl.duration(days=pl.col("review_age"))
    last = pl.when(newest <= day).then(newest).otherwise(newest - pl.duration(days=150))
    fault = pl.col("paper_fault").fill_null("")
    case = _cases_at(lives, day).join(heads(lives), on="household", maintain_order="left")
    facts = case.with_columns(
        last_review_date=pl.when(last > before).then(last.cast(pl.Date)),
        authorisation_date=pl.when(fault != "no_sheet").then(before - pl.duration(days=12)),
        check_report_date=pl.when(fault != "no_report").then(before - pl.duration(days=6)),
        home_visit_date=pl.when(fault == "late_visit")
        .then(before + pl.duration(days=9))
        .when(fault != "no_visit")
        .then(before - pl.duration(days=8)),
        posting_date=before
        + pl.when(fault == "late_posting").then(pl.duration(days=1)).otherwise(pl.duration(days=-3)),
    )
    return labelled(lives, facts, f"case_file/{day}")
