"""Who should have been asked about a vehicle, and what stays below a question: scrap trails, exempt classes."""

from __future__ import annotations

import polars as pl

from core.moment import add_months
from world.reckoning.existence import WHO
from world.reckoning.income import declared
from world.reckoning.knowable import Known, newest
from world.reckoning.policy import Policy

_COMMERCIAL = ["taxi", "passenger", "freight", "rental", "ride_hailing"]


def held(known: Known, policy: Policy) -> pl.DataFrame:
    """Vehicles that count: on the road by their letters, of no exempt class; `scrapped` where a trail says so."""
    rows = newest(known.of("vehicle")).filter(~_exempt(policy))
    return rows.with_columns(scrapped=_scrapped(known, policy), commercial=pl.col("use_code").is_in(_COMMERCIAL))


def exempt_or_gone(known: Known, policy: Policy) -> pl.Expr:
    """Whether a vehicle is no holding: off the road, exempt, or probably scrapped."""
    return _exempt(policy) | _scrapped(known, policy)


def _exempt(policy: Policy) -> pl.Expr:
    classes, limit = policy.words("vehicle_exempt_classes"), policy.number("vehicle_price_limit_yuan")
    gone = pl.col("status_letters").str.contains("[BCEMP]").fill_null(False)
    cheap = (pl.col("price_yuan") <= limit).fill_null(False)
    return gone | (pl.col("use_code") == "disabled_vehicle") | pl.col("plate_class_code").is_in(classes) | cheap


def _scrapped(known: Known, policy: Policy) -> pl.Expr:
    overdue = add_months(known.as_of_month, -int(policy.number("scrap_trail_months"))).replace(day=known.as_of.day)
    trail = pl.col("scrap_trail") | (
        pl.col("status_letters").str.contains("Q") & (pl.col("inspection_valid_to_date") < overdue)
    )
    return trail.fill_null(False)


def _severity(open_question: str) -> pl.Expr:
    return pl.when(pl.col("scrapped").all()).then(pl.lit("information")).otherwise(pl.lit(open_question))


def _said(*values: pl.Expr) -> pl.Expr:
    """What of the finding is news when it changes, beside its severity."""
    return pl.concat_str([value.cast(pl.String) for value in values], separator=" ", ignore_nulls=True)


def _undeclared(known: Known, policy: Policy) -> pl.DataFrame:
    lines = newest(known.delivered["declaration"]).filter(pl.col("item_code") == "vehicle")
    mine = lines.join(known.cases, on="case_number").select("world_household_id", "plate_number").unique()
    return (
        held(known, policy)
        .filter(~pl.col("commercial"))
        .join(mine, on=["world_household_id", "plate_number"], how="anti")
    )


def vehicle_not_declared(known: Known, policy: Policy) -> pl.DataFrame:
    """A private vehicle from before the spell that the household did not declare."""
    older = _undeclared(known, policy).filter(
        (pl.col("first_registered_date") < pl.col("approved_date")).fill_null(True)
    )
    return older.group_by(WHO).agg(severity=_severity("question"), material=_said(pl.len()))


def new_vehicle_during_spell(known: Known, policy: Policy) -> pl.DataFrame:
    """A private vehicle first registered during the spell and not declared."""
    newer = _undeclared(known, policy).filter(pl.col("first_registered_date") >= pl.col("approved_date"))
    newest_day = pl.col("first_registered_date").max()
    return newer.group_by(WHO).agg(severity=_severity("eligibility"), material=_said(pl.len(), newest_day))


def vehicle_in_commercial_use(known: Known, policy: Policy) -> pl.DataFrame:
    """A vehicle in commercial use where the household declared no business."""
    asked = (
        held(known, policy).filter("commercial").join(declared(known, "business"), on="world_household_id", how="anti")
    )
    uses = pl.col("use_code").unique().sort().str.join(" ")
    return asked.group_by(WHO).agg(severity=_severity("eligibility"), material=_said(pl.len(), uses))
