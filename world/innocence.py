"""Which circumstances of life are innocent before which families of questions, and whether the record can tell.

Truth only names circumstances; that they bear on a question is said here, for the score alone.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

WORK = (
    "income/employment_not_declared",
    "income/wage_not_declared",
    "income/wage_above_declared",
    "income/housing_fund_still_paid",
    "income/fiscal_unit_wage",
)
PENSION = ("income/pension_not_declared", "income/pension_above_declared")
VEHICLE = ("property/vehicle_not_declared", "property/vehicle_in_commercial_use", "property/new_vehicle_during_spell")
BUSINESS = ("income/self_employed_income_not_declared",)
BEING_HERE = ("existence/hukou_moved_out", "existence/paid_after_death")
DEATH = ("existence/paid_after_death",)
PRISON = ("household/member_in_prison_counted",)
SERVICE = ("household/conscript_counted",)

SEPARABLE: dict[tuple[str, ...], tuple[str, ...]] = {
    WORK: (
        "declared_job",
        "declared_job_at_base_floor",
        "declared_public_welfare_post",
        "declared_informal_job",
        "declared_job_with_bonus_month",
        "declared_job_with_arrears_at_once",
        "declared_job_contributions_back_paid",
        "declared_institution_post",
        "declared_job_in_gradual_exit",
        "gradual_exit_over_and_job_kept",
        "gradual_exit_over_and_wage_small",
        "declared_job_begun_lately",
        "undeclared_job_in_gradual_exit",
        "undeclared_job_ended_before",
        "one_small_payment",
        "old_contributions_settled_now",
        "sealed_fund_account",
        "medical_insurance_only",
        "flexible_contributions",
        "subsidised_contributions",
        "resident_pension_contributions",
    ),
    PENSION: (
        "declared_pension",
        "declared_pension_with_deduction",
        "declared_pension_with_one_off",
        "pension_declared_under_another_heading",
        "resident_pension",
        "declared_resident_pension",
        "survivor_pension",
        "suspended_pension",
        "one_off_payment_only",
        "declared_pension_ended",
        "declared_pension_suspended",
    ),
    VEHICLE: (
        "car_informally_scrapped",
        "car_scrapped_with_trail",
        "car_deregistered",
        "car_transferred_out",
        "declared_car",
        "declared_new_car_during_spell",
        "motorcycle",
        "moped",
        "farm_transporter",
        "adapted_car",
    ),
    BUSINESS: (
        "declared_business",
        "business_without_income",
        "dormant_business",
        "closed_business",
        "revoked_business",
    ),
    BEING_HERE: (
        "moved_away_to_study",
        "moved_within_county",
        "moved_away_lately",
        "moved_away_and_came_back",
        "enlisted",
        "arrested",
        "renamed",
        "split",
        "number_corrected",
        "arrested_and_released",
        "enlisted_and_discharged",
        "enlisted_long_ago",
    ),
    PRISON: ("arrested_and_released", "enlisted", "emigrated", "settled_in_hk_macau", "moved_away", "renamed", "split"),
    SERVICE: ("enlisted_and_discharged", "enlisted_long_ago", "arrested", "emigrated", "moved_away", "renamed"),
    DEATH: (
        "died_and_case_stopped",
        "died_and_taken_off",
        "died_in_month_of_last_payment",
        "died_and_payments_returned",
        "alive_but_number_on_anothers_cremation_record",
    ),
}
INSEPARABLE: dict[tuple[str, ...], tuple[str, ...]] = {
    WORK: ("identity_stolen_in_wage_reporting", "identity_used_by_another_at_work", "employer_went_on_paying"),
    VEHICLE: ("car_sold_without_transfer", "car_lent_name"),
}
OF_HOUSEHOLDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("payment/wrong_amount",): ("amount_rounded_up_to_five", "amount_put_right_in_june"),
    ("household/per_capita_above_line", "household/gradual_exit_ended"): (
        "declared_job_in_gradual_exit",
        "gradual_exit_over_and_wage_small",
        "declared_job_begun_lately",
        "declared_informal_job",
        "declared_pension_ended",
        "declared_pension_suspended",
        "survivor_pension",
        "resident_pension",
        "declared_resident_pension",
    ),
}
"""What lets a household look as if it were paid wrongly or above the line, whoever of it lives so; the record tells.

An honest statement alone is no such thing: who declared a pension truly may live above the line since it rose.
"""
NAMESAKE = "has_a_namesake_born_the_same_day"


def innocent(truth: Path, table: dict[tuple[str, ...], tuple[str, ...]]) -> pl.DataFrame:
    """rule, world_person_id, circumstance: persons innocent before a rule for a reason of this kind."""
    pairs = [(rule, name) for rules, names in table.items() for rule in rules for name in names]
    bearing = pl.DataFrame(pairs, schema=["rule", "circumstance"], orient="row")
    lives = pl.read_parquet(truth / "circumstances.parquet").select("world_person_id", "circumstance")
    return lives.join(bearing, on="circumstance").select("rule", "world_person_id", "circumstance")


def innocent_households(truth: Path) -> pl.DataFrame:
    """rule, world_household_id, circumstance: households innocent before a rule that asks them as a whole."""
    pairs = [(rule, name) for rules, names in OF_HOUSEHOLDS.items() for rule in rules for name in names]
    bearing = pl.DataFrame(pairs, schema=["rule", "circumstance"], orient="row")
    members = pl.read_parquet(truth / "members.parquet").select("world_household_id", "world_person_id")
    lives = pl.read_parquet(truth / "circumstances.parquet").join(members, on="world_person_id")
    amounts = pl.read_parquet(truth / "amounts.parquet")
    told = pl.concat([amounts, lives.select("world_household_id", "circumstance")])
    return told.join(bearing, on="circumstance").select("rule", "world_household_id", "circumstance")


def with_namesakes(truth: Path) -> pl.DataFrame:
    """world_person_id of recipients who share name and birth date with a resident who is none."""
    people = pl.read_parquet(truth / "persons.parquet", columns=["world_person_id", "name", "birth_date", "recipient"])
    others = people.filter(~pl.col("recipient")).select("name", "birth_date")
    return people.filter("recipient").join(others, on=["name", "birth_date"], how="semi").select("world_person_id")
