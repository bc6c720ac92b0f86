"""Who should have been asked about an unemployment benefit, and whose benefit or pension has ended unnoticed."""

from __future__ import annotations

import polars as pl

from core.moment import add_months
from world.reckoning.existence import WHO, recorded_dead
from world.reckoning.income import declared
from world.reckoning.knowable import Known
from world.reckoning.policy import Policy


def unemployment_benefit_not_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """Paid of late, its term not over, and not declared."""
    freshest = add_months(known.as_of_month, -int(policy.number("unemployment_fresh_months")))
    paid = known.of("unemployment_benefit").filter(pl.col("paid_month").is_between(freshest, known.as_of_month))
    last = paid.filter(pl.col("paid_month") == pl.col("paid_month").max().over(WHO))
    running = last.filter(pl.col("end_month").is_null() | (pl.col("end_month") >= known.as_of_month))
    undeclared = running.join(declared(known, "unemployment_benefit"), on=WHO, how="anti")
    return undeclared.select(*WHO, severity=pl.lit("amount")).unique()


def unemployment_benefit_ended(known: Known, policy: Policy) -> pl.DataFrame:
    """Declared, paid once, and for months looked at and not paid."""
    silent = known.window(int(policy.number("benefit_ended_months")))
    before = known.of("unemployment_benefit").filter(pl.col("paid_month") < silent[-1])
    since = known.of("unemployment_benefit", damaged_too=True).filter(pl.col("paid_month") >= silent[-1])
    return _ended(known, "unemployment_benefit", "unemployment_benefit", before, since, policy, "benefit_ended_months")


def pension_stopped(known: Known, policy: Policy) -> pl.DataFrame:
    """Declared, on record, and for months looked at and not in pay; the dead draw none."""
    silent = known.window(int(policy.number("pension_ended_months")))
    on_record = _standard(known.of("pension"))
    since = _standard(known.of("pension", damaged_too=True)).filter(
        (pl.col("state_code") == "in_pay") & (pl.col("belonging_month") >= silent[-1])
    )
    living = on_record.join(recorded_dead(known), on=WHO, how="anti")
    return _ended(known, "pension", "pension", living, since, policy, "pension_ended_months")


def _standard(rows: pl.DataFrame) -> pl.DataFrame:
    """The standard amounts of employee and institution pensions, whatever their state."""
    return rows.filter(
        pl.col("pension_kind_code").is_in(["employee", "institution"]) & (pl.col("item_code") == "standard")
    )


def _ended(
    known: Known, source: str, item: str, before: pl.DataFrame, since: pl.DataFrame, policy: Policy, months: str
) -> pl.DataFrame:
    """Persons of `before` who still declare the item and do not stand in `since`, every month having been delivered."""
    favourable = pl.lit("favourable")
    if not set(known.window(int(policy.number(months)))) <= known.months[source]:
        return known.subjects.head(0).select(*WHO, severity=favourable)
    gone = before.select(WHO).unique().join(since, on=WHO, how="anti")
    return gone.join(declared(known, item), on=WHO, how="semi").select(*WHO, severity=favourable)
