"""Who should have been asked about a pension: the standard amount counts, never back-pay."""

from __future__ import annotations

import polars as pl

from core.moment import add_months
from world.reckoning.existence import WHO
from world.reckoning.income import declared
from world.reckoning.knowable import Known
from world.reckoning.policy import Policy


def in_pay(known: Known, policy: Policy) -> pl.DataFrame:
    """The standard of employee and institution pensions in the newest fresh month."""
    freshest = add_months(known.as_of_month, -int(policy.number("pension_fresh_months")))
    rows = known.of("pension").filter(
        pl.col("pension_kind_code").is_in(["employee", "institution"])
        & (pl.col("item_code") == "standard")
        & (pl.col("belonging_month") >= freshest)
    )
    newest = rows.filter(pl.col("belonging_month") == pl.col("belonging_month").max().over(WHO)).filter(
        pl.col("state_code") == "in_pay"
    )
    once = newest.unique([*WHO, "pension_kind_code", "belonging_month"])
    return once.group_by(WHO).agg(standard=pl.col("standard_monthly_yuan").sum().cast(pl.Float64))


def _tolerance(policy: Policy, declared_yuan: pl.Expr) -> pl.Expr:
    return pl.max_horizontal(
        pl.lit(policy.number("pension_tolerance_yuan")), declared_yuan * policy.number("pension_tolerance_share")
    )


def pension_not_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """In pay and not declared; information where about as much is declared under another heading."""
    asked = in_pay(known, policy).join(declared(known, "pension"), on=WHO, how="anti")
    headings = [declared(known, item) for item in ("resident_pension", "support", "other")]
    elsewhere = pl.concat(headings).with_columns(pl.col("declared_yuan").cast(pl.Float64)).join(asked, on=WHO)
    near = elsewhere.filter(
        (pl.col("standard") - pl.col("declared_yuan")).abs() <= _tolerance(policy, pl.col("declared_yuan"))
    )
    marked = asked.join(near.select(WHO).unique().with_columns(near=True), on=WHO, how="left")
    return marked.select(
        *WHO,
        severity=pl.when(pl.col("near").fill_null(False)).then(pl.lit("information")).otherwise(pl.lit("eligibility")),
    )


def pension_above_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """In pay and above what was declared, beyond tolerance."""
    own = declared(known, "pension").with_columns(pl.col("declared_yuan").cast(pl.Float64))
    both = in_pay(known, policy).join(own, on=WHO)
    above = both.filter(pl.col("standard") > pl.col("declared_yuan") + _tolerance(policy, pl.col("declared_yuan")))
    amounts = pl.concat_str("standard", "declared_yuan", separator=" ")
    return above.select(*WHO, severity=pl.lit("amount"), material=amounts)
