"""What social insurance holds: contributions by settlement month, pensions, adjustments, benefits; and the fund."""

from __future__ import annotations

from datetime import date

import polars as pl

from core.moment import add_months
from world.calendar import BELONGING_MONTHS, RISE_COUNTS_FROM
from world.facts.labelled import labelled
from world.lives.lives import Lives

BASE_FLOOR_YUAN, BASE_CAP_YUAN = 4150.0, 20750.0
_JANUARY, _FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
_ONE_OFF_MONTHS = (date(2026, 1, 1), date(2026, 5, 1))
_RISE = (pl.col("after_yuan") - pl.col("before_yuan")).round(2)


def contribution(lives: Lives, month: date) -> pl.DataFrame:
    """Contributions settled in the month, whatever month they belong to; some jobs also pay other insurances."""
    jobs = lives.jobs.filter(
        pl.col("insurance_code").is_not_null() & (pl.col("insurance_code") != "institution_pension")
    )
    rows = _settled(jobs, month)
    by_employer = (pl.col("payer_code") == "employer") & (pl.col("insurance_code") == "employee_pension")
    further = (
        pl.when(pl.col("person") % 16 == 1)
        .then(pl.lit("unemployment"))
        .when(pl.col("person") % 16 == 2)
        .then(pl.lit("employee_medical"))
    )
    beside = rows.filter(by_employer & further.is_not_null()).with_columns(insurance_code=further)
    return _with_employers(lives, pl.concat([rows, beside]), f"contribution/{month:%Y-%m}")


def institution_contribution(lives: Lives, month: date) -> pl.DataFrame:
    """Contributions of public institutions settled in the month."""
    jobs = lives.jobs.filter(pl.col("insurance_code") == "institution_pension")
    return _with_employers(lives, _settled(jobs, month), f"institution_contribution/{month:%Y-%m}")


def _settled(jobs: pl.DataFrame, month: date) -> pl.DataFrame:
    paid = [_of_month(jobs, month, each) for each in BELONGING_MONTHS if each <= month]
    ended = jobs.filter(pl.col("contribution_to").dt.offset_by("1mo") == month).with_columns(
        belonging_month=pl.lit(month), state_code=pl.lit("ended"), paid=pl.lit(False), pay_kind_code=pl.lit("normal")
    )
    return pl.concat([*paid, ended]).with_columns(settlement_month=pl.lit(month))


def _of_month(jobs: pl.DataFrame, month: date, belonging: date) -> pl.DataFrame:
    running = (pl.col("contribution_from") <= belonging) & (pl.col("contribution_to") >= belonging)
    late = pl.col("settled_in").is_not_null() & (belonging < pl.col("settled_in"))
    late = late & (pl.lit(belonging >= _FEBRUARY) | (pl.col("contribution_to") < _JANUARY))
    here = (late & (pl.col("settled_in") == month)) | (~late & pl.lit(belonging == month))
    unpaid = (pl.col("person") * 31 + belonging.month * 17) % 211 == 5
    return jobs.filter(running & here).with_columns(
        belonging_month=pl.lit(belonging),
        state_code=pl.lit("paying"),
        paid=~unpaid,
        pay_kind_code=pl.lit("normal" if belonging == month else "back_pay"),
    )


def _with_employers(lives: Lives, rows: pl.DataFrame, label: str) -> pl.DataFrame:
    by_employer = pl.col("payer_code") == "employer"
    known = rows.join(lives.employers, on="employer", how="left", maintain_order="left")
    facts = known.with_columns(
        wage_monthly_yuan=pl.when(by_employer & (pl.col("person") % 7 != 3)).then("wage_yuan"),
        base_monthly_yuan=pl.when(by_employer)
        .then(pl.col("wage_yuan").clip(BASE_FLOOR_YUAN, BASE_CAP_YUAN))
        .otherwise(BASE_FLOOR_YUAN),
        employer_name=pl.when(by_employer).then("employer_name"),
        employer_uscc=pl.when(by_employer).then("employer_uscc"),
    )
    return labelled(lives, facts, label)


def pension(lives: Lives, month: date) -> pl.DataFrame:
    """Pensions paid in the month: the standard, the rise paid back in one sum when booked, deductions and one-offs."""
    drawn = lives.pensions.filter(pl.col("ended_month").is_null() | (pl.col("ended_month") >= month))
    standard = pl.when(pl.col("rise_booked_month") <= month).then("after_yuan").otherwise("before_yuan")
    running = drawn.with_columns(
        settlement_month=pl.lit(month),
        belonging_month=pl.lit(month),
        standard_monthly_yuan=standard,
        item_code=pl.lit("standard"),
        amount_yuan=pl.when(pl.col("state_code") == "in_pay").then(standard).otherwise(0.0),
    )
    back_paid = running.filter(
        (pl.col("rise_booked_month") == month) & (_RISE > 0) & (_months_back(month) > 0)
    ).with_columns(
        belonging_month=pl.lit(RISE_COUNTS_FROM),
        item_code=pl.lit("back_pay"),
        amount_yuan=(_RISE * _months_back(month)).round(2),
    )
    deducted = running.filter(pl.col("extra_item_code") == "deduction").with_columns(
        item_code=pl.lit("deduction"), amount_yuan=pl.lit(-50.0)
    )
    once = running.filter((pl.col("extra_item_code") == "one_off") & (month in _ONE_OFF_MONTHS)).with_columns(
        item_code=pl.lit("one_off"), amount_yuan=pl.lit(1400.0)
    )
    parts = [running.filter("standard_paid"), back_paid, deducted, once]
    return labelled(lives, pl.concat(parts), f"pension/{month:%Y-%m}")


def _months_back(month: date) -> int:
    return month.month - RISE_COUNTS_FROM.month


def pension_adjustment(lives: Lives, month: date) -> pl.DataFrame:
    """Adjustments booked in the month: one batch of the yearly rise."""
    booked = lives.pensions.filter(
        (pl.col("state_code") == "in_pay")
        & (pl.col("rise_booked_month") == month)
        & (_RISE > 0)
        & (pl.col("ended_month").is_null() | (pl.col("ended_month") >= month))
    )
    facts = booked.with_columns(
        adjusted_month=pl.lit(RISE_COUNTS_FROM),
        before_monthly_yuan="before_yuan",
        rise_monthly_yuan=_RISE,
        after_monthly_yuan="after_yuan",
        back_paid_months=pl.lit(_months_back(month), dtype=pl.Int32),
        back_paid_yuan=(_RISE * _months_back(month)).round(2),
    )
    return labelled(lives, facts, f"pension_adjustment/{month:%Y-%m}")


def unemployment_benefit(lives: Lives, month: date) -> pl.DataFrame:
    """Benefits paid in the month."""
    paid = lives.unemployment.filter((pl.col("start_month") <= month) & (pl.col("end_month") >= month))
    return labelled(lives, paid.with_columns(paid_month=pl.lit(month)), f"unemployment_benefit/{month:%Y-%m}")


def housing_fund(lives: Lives, day: date) -> pl.DataFrame:
    """Fund accounts as of the day; the base is last year's wage, a little less than today's."""
    accounts = lives.jobs.filter(pl.col("fund_state_code").is_not_null()).join(
        lives.employers, on="employer", how="left", maintain_order="left"
    )
    base = (pl.col("wage_yuan") * 0.97 / 10).round() * 10
    facts = accounts.with_columns(
        account_state_code="fund_state_code",
        opened_month="fund_opened_month",
        paid_through_month=pl.min_horizontal("fund_paid_through_month", pl.lit(add_months(day.replace(day=1), -1))),
        base_monthly_yuan=base,
        person_rate="fund_rate",
        unit_rate="fund_rate",
        person_deposit_monthly_yuan=(base * pl.col("fund_rate")).round(2),
        total_deposit_monthly_yuan=(base * pl.col("fund_rate")).round(2) * 2,
    )
    return labelled(lives, facts, f"housing_fund/{day}")
