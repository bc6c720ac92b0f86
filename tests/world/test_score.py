from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from core.errors import OperatorError, PolicyError
from tests.world.perfect_run import reckoned, write_run
from world.reckoning.policy import Policy
from world.score import score


def _person(truth: Path, name: str) -> str:
    people = pl.read_parquet(truth / "persons.parquet").filter((pl.col("name") == name) & pl.col("recipient"))
    return str(people["world_person_id"][0])


def _with(truth: Path, asked: pl.DataFrame, rule: str, name: str, severity: str) -> pl.DataFrame:
    person = _person(truth, name)
    members = pl.read_parquet(truth / "members.parquet").filter(pl.col("world_person_id") == person)
    row = {
        "rule": rule,
        "world_household_id": members["world_household_id"][0],
        "world_person_id": person,
        "severity": severity,
        "sure": True,
    }
    return pl.concat([asked, pl.DataFrame([row])])


def test_a_run_that_asks_exactly_what_could_be_known_scores_one_everywhere(town: Path, tmp_path: Path) -> None:
    truth = town / "truth"
    found = score(write_run(tmp_path / "run", truth, reckoned(truth)), truth)
    assert (found.recall, found.precision, found.sure_recall, found.sure_precision) == (1.0, 1.0, 1.0, 1.0)
    assert (found.separable_asked, found.inseparable_wrong) == (0, 0)
    assert found.inseparable_asked == 7
    assert not sum(one.severity_differs for one in found.rules)


def test_a_question_that_was_forgotten_lowers_the_recall_of_its_rule_alone(town: Path, tmp_path: Path) -> None:
    truth = town / "truth"
    forgotten = reckoned(truth).filter(
        pl.col("world_person_id").is_null() | (pl.col("world_person_id") != _person(truth, "徐海涛"))
    )
    found = {one.rule: one for one in score(write_run(tmp_path / "run", truth, forgotten), truth).rules}
    assert found["income/wage_not_declared"].recall == pytest.approx(5 / 6, abs=1e-4)
    assert found["income/wage_not_declared"].precision == 1.0
    assert found["income/pension_not_declared"].recall == 1.0


def test_asking_the_separably_innocent_is_counted_by_circumstance(town: Path, tmp_path: Path) -> None:
    truth = town / "truth"
    asked = _with(truth, reckoned(truth), "income/pension_above_declared", "李国强", "amount")
    asked = _with(truth, asked, "existence/hukou_moved_out", "魏帅", "eligibility")
    asked = _with(truth, asked, "property/vehicle_not_declared", "戴刚", "question")
    found = score(write_run(tmp_path / "run", truth, asked), truth)
    assert found.separable_by_circumstance == {
        "declared_pension": 1,
        "enlisted": 1,
        "has_a_namesake_born_the_same_day": 1,
    }


def test_the_scrapped_car_of_changzhou_raised_above_information_is_a_wrong_done_to_the_innocent(
    town: Path, tmp_path: Path
) -> None:
    truth = town / "truth"
    graver = reckoned(truth).with_columns(
        severity=pl.when(pl.col("world_person_id") == _person(truth, "傅长明"))
        .then(pl.lit("question"))
        .otherwise("severity")
    )
    found = score(write_run(tmp_path / "run", truth, graver), truth)
    assert found.separable_by_circumstance == {"car_informally_scrapped": 1}
    assert sum(one.severity_differs for one in found.rules) == 1


def test_a_stolen_identity_with_an_amount_is_wrong_and_a_bare_question_is_only_counted(
    town: Path, tmp_path: Path
) -> None:
    truth = town / "truth"
    graver = reckoned(truth).with_columns(
        severity=pl.when(pl.col("world_person_id") == _person(truth, "高桂英"))
        .then(pl.lit("amount"))
        .otherwise("severity")
    )
    found = score(write_run(tmp_path / "run", truth, graver), truth)
    assert found.inseparable_wrong == 1
    assert found.inseparable_by_circumstance["identity_stolen_in_wage_reporting"] == 1


def test_the_table_names_every_rule_and_both_kinds_of_innocence(town: Path, tmp_path: Path) -> None:
    truth = town / "truth"
    found = score(write_run(tmp_path / "run", truth, reckoned(truth)), truth)
    text = str(found)
    assert all(one.rule in text for one in found.rules)
    assert "separable innocence: " in text
    assert "inseparable innocence: " in text
    assert found.as_record()["recall"] == 1.0


def test_a_folder_without_a_published_run_is_told_so(town: Path, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="published run"):
        score(tmp_path, town / "truth")


def test_a_parameter_without_a_value_in_force_is_an_error_for_policy_staff_never_a_zero() -> None:
    rows = {"tax_months": [{"region": "2102", "valid_from": date(2020, 1, 1), "value": 2}]}
    policy = Policy(rows, date(2026, 6, 20))
    assert policy.number("tax_months", "210201") == 2.0
    with pytest.raises(PolicyError, match="in force"):
        policy.number("tax_months", "210106")
