"""What should have been asked about how cases are kept and paid: accounts, second payments, reviews, papers, sheets."""

from __future__ import annotations

import polars as pl

from core.moment import add_months
from world.reckoning.existence import WHO
from world.reckoning.knowable import Known, newest
from world.reckoning.policy import Policy

_CASE = "world_household_id"


def one_account_for_several_households(known: Known, policy: Policy) -> pl.DataFrame:
    """An account that drew for enough households in one month; the household approved first stands for it."""
    since = add_months(known.as_of_month, 1 - int(policy.number("shared_account_months")))
    drawn = _arrived(known).filter(pl.col("payment_month") >= since).join(_cases(known), on=_CASE)
    crowd = pl.col(_CASE).n_unique().over("account_number", "payment_month")
    crowded = drawn.filter(crowd >= policy.number("shared_account_households"))
    last = crowded.filter(pl.col("payment_month") == pl.col("payment_month").max().over("account_number"))
    first = last.sort("approved_date", _CASE).unique("account_number", keep="first", maintain_order=True)
    return _of_households(first.select(_CASE).unique(), "urgent")


def paid_twice_in_a_month(known: Known, policy: Policy) -> pl.DataFrame:
    """Two payments of one month arrived."""
    since = add_months(known.as_of_month, -int(policy.number("paid_twice_months")))
    arrived = _arrived(known).filter(pl.col("payment_month") >= since)
    twice = arrived.filter(pl.len().over(_CASE, "payment_month") > 1).join(_cases(known), on=_CASE, how="semi")
    return _of_households(twice.select(_CASE).unique(), "question")


def review_overdue(known: Known, policy: Policy) -> pl.DataFrame:
    """The last review, or without a legible one the approval, is older than the class allows."""
    unread = pl.col("dirt").fill_null("") == "impossible_review_date"
    files = _files(known).with_columns(reviewed=pl.when(~unread).then("last_review_date"))
    since = pl.coalesce("reviewed", "approved")
    late = [
        files.filter(
            (pl.col("management_class_code") == letter)
            & (since.dt.offset_by(f"{int(policy.number(f'review_months_class_{letter.lower()}'))}mo") < known.as_of)
        )
        for letter in "ABC"
    ]
    looked = pl.concat_str(since.cast(pl.String), "management_class_code", separator=" ", ignore_nulls=True)
    return _of_households(pl.concat(late).select(_CASE, material=looked).unique(_CASE), "question")


def approved_without_artefacts(known: Known, policy: Policy) -> pl.DataFrame:
    """A paper that did not exist, or cannot be read, on the day of approval."""
    unread = pl.col("dirt").fill_null("") == "impossible_visit_date"
    files = _files(known).with_columns(home_visit_date=pl.when(~unread).then("home_visit_date"))
    papers = ("authorisation_date", "check_report_date", "home_visit_date", "posting_date")
    in_time = pl.all_horizontal((pl.col(paper) <= pl.col("approved")).fill_null(False) for paper in papers)
    return _of_households(files.filter(pl.col("approved").is_not_null() & ~in_time).select(_CASE).unique(), "question")


def member_without_authorisation(known: Known, policy: Policy) -> pl.DataFrame:
    """Nothing that the person signed is in force. A sheet that ends before it begins is refused: nobody knows then."""
    sheets = newest(known.delivered["authorisation"])
    backwards = sheets.filter(pl.col("valid_to_date") < pl.col("valid_from_date"))
    without = known.subjects.filter(pl.col("allowed").list.len() == 0).join(backwards, on="world_person_id", how="anti")
    return without.select(*WHO, severity=pl.lit("question"))


def _arrived(known: Known) -> pl.DataFrame:
    rows = known.facts["payroll"].filter(pl.col("state_code").is_in(["paid", "collected"]))
    return rows.join(known.cases, on="case_number").select(_CASE, "payment_month", "account_number")


def _cases(known: Known) -> pl.DataFrame:
    """Households on the roster of the day, with the day of their approval."""
    standing = known.members.filter(pl.col("stop_date").is_null() | (pl.col("stop_date") > known.as_of))
    return standing.group_by(_CASE).agg(pl.col("approved_date").min())


def _files(known: Known) -> pl.DataFrame:
    """The newest case file of each standing household, with its class on the roster and its day of approval."""
    roster = newest(known.facts["roster"]).join(known.cases, on="case_number")
    classes = roster.group_by(_CASE).agg(pl.col("management_class_code").first())
    cases = _cases(known).rename({"approved_date": "approved"}).join(classes, on=_CASE)
    return newest(known.facts["case_file"]).join(known.cases, on="case_number").join(cases, on=_CASE)


def _of_households(households: pl.DataFrame, severity: str) -> pl.DataFrame:
    return households.with_columns(world_person_id=pl.lit(None, dtype=pl.String), severity=pl.lit(severity))
