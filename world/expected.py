"""What a run should have asked, reckoned from truth and from the deliveries the run used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from world.reckoning import absences, benefits, existence, household, income, pension, upkeep, vehicles
from world.reckoning.knowable import Known, known
from world.reckoning.policy import Policy

Reckoning = Callable[[Known, Policy], pl.DataFrame]
RECKONINGS: dict[str, Reckoning] = {
    "existence/paid_after_death": existence.paid_after_death,
    "existence/hukou_moved_out": existence.hukou_moved_out,
    "existence/person_in_two_cases": existence.person_in_two_cases,
    "existence/invalid_roster_id": existence.invalid_roster_id,
    "income/pension_not_declared": pension.pension_not_declared,
    "income/pension_above_declared": pension.pension_above_declared,
    "income/employment_not_declared": income.employment_not_declared,
    "income/wage_not_declared": income.wage_not_declared,
    "income/wage_above_declared": income.wage_above_declared,
    "income/housing_fund_still_paid": income.housing_fund_still_paid,
    "income/fiscal_unit_wage": income.fiscal_unit_wage,
    "income/self_employed_income_not_declared": income.self_employed_income_not_declared,
    "property/vehicle_not_declared": vehicles.vehicle_not_declared,
    "property/vehicle_in_commercial_use": vehicles.vehicle_in_commercial_use,
    "property/new_vehicle_during_spell": vehicles.new_vehicle_during_spell,
    "in_favour/declared_wage_ended": income.declared_wage_ended,
    "in_favour/approved_but_unpaid": existence.approved_but_unpaid,
    "payment/one_account_for_several_households": upkeep.one_account_for_several_households,
    "payment/paid_twice_in_a_month": upkeep.paid_twice_in_a_month,
    "process/review_overdue": upkeep.review_overdue,
    "process/approved_without_artefacts": upkeep.approved_without_artefacts,
    "process/member_without_authorisation": upkeep.member_without_authorisation,
    "household/member_in_prison_counted": absences.member_in_prison_counted,
    "household/conscript_counted": absences.conscript_counted,
    "income/unemployment_benefit_not_declared": benefits.unemployment_benefit_not_declared,
    "in_favour/unemployment_benefit_ended": benefits.unemployment_benefit_ended,
    "in_favour/pension_stopped": benefits.pension_stopped,
    "household/per_capita_above_line": household.per_capita_above_line,
    "household/gradual_exit_ended": household.gradual_exit_ended,
    "in_favour/above_line_may_be_marginal": household.above_line_may_be_marginal,
    "in_favour/single_person_may_be_admitted": household.single_person_may_be_admitted,
    "payment/wrong_amount": household.wrong_amount,
}
ASKED = ["rule", "world_household_id", "world_person_id"]


def expected(truth: Path, used: pl.DataFrame, as_of: date, policy: Policy) -> pl.DataFrame:
    """rule, world_household_id, world_person_id, severity, sure: `sure` where numbers are usable on both sides.

    `used` names the deliveries the run used: source, file_name.
    """
    every = known(truth, used, as_of, sure_only=False)
    surely = known(truth, used, as_of, sure_only=True)
    sure_subjects = every.subjects.filter("usable").select("world_household_id", "world_person_id")
    sure = _asked(surely, policy)
    sure = pl.concat(
        [
            sure.join(sure_subjects, on=["world_household_id", "world_person_id"], how="semi"),
            sure.filter(pl.col("world_person_id").is_null()),
            _asked(every, policy).filter(pl.col("rule") == "existence/invalid_roster_id"),
        ]
    )
    marked = _asked(every, policy).join(
        sure.select(ASKED).unique().with_columns(sure=True), on=ASKED, how="left", nulls_equal=True
    )
    return marked.with_columns(pl.col("sure").fill_null(False)).sort(ASKED)


def _asked(facts: Known, policy: Policy) -> pl.DataFrame:
    parts = [
        reckon(facts, policy).select(pl.lit(rule).alias("rule"), "world_household_id", "world_person_id", "severity")
        for rule, reckon in RECKONINGS.items()
    ]
    return pl.concat(parts)
