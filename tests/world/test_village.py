"""A tenth of the district, with all its dirt: what the reckoning may and may not ask."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.world.perfect_run import reckoned, used_deliveries
from world.expected import RECKONINGS
from world.innocence import INSEPARABLE, SEPARABLE, innocent
from world.lives.drawn import drawn_lives
from world.reckoning.knowable import UNUSABLE_ID
from world.run import write_world
from world.scales import Scale

pytestmark = pytest.mark.slow
RARE = {"in_favour/unemployment_benefit_ended"}
"""Few recipients draw this benefit, and of a tenth of the district it may have ended for none; the town has one."""
VILLAGE = Scale("district", 62_000, 2_754, 7_350, 0.1, ("210106",))


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("village")
    write_world(drawn_lives(VILLAGE, 4), "district", 4, out)
    return out / "truth"


@pytest.fixture(scope="module")
def asked(village: Path) -> pl.DataFrame:
    return reckoned(village)


def test_every_rule_has_cases_in_a_drawn_world(asked: pl.DataFrame) -> None:
    assert set(asked["rule"]) | RARE == set(RECKONINGS)


def test_nobody_whose_innocence_the_record_shows_is_reckoned_above_information(
    village: Path, asked: pl.DataFrame
) -> None:
    in_one_case = pl.read_parquet(village / "members.parquet").filter(pl.len().over("world_person_id") == 1)
    above = asked.filter(~pl.col("severity").is_in(["information", "favourable"]))
    wronged = above.join(innocent(village, SEPARABLE), on=["rule", "world_person_id"])
    assert wronged.join(in_one_case, on="world_person_id", how="semi").is_empty()


def test_everyone_whose_innocence_the_record_cannot_show_gets_a_question_at_most(
    village: Path, asked: pl.DataFrame
) -> None:
    puzzling = asked.join(innocent(village, INSEPARABLE), on=["rule", "world_person_id"])
    assert len(puzzling) > 20
    assert set(puzzling["severity"]) <= {"question", "information"}


def test_each_kind_of_innocence_looks_like_some_case_that_is_no_innocence(village: Path, asked: pl.DataFrame) -> None:
    questions = asked.filter(pl.col("severity") == "question")
    puzzling = innocent(village, INSEPARABLE).select("rule", "world_person_id")
    real = questions.join(puzzling, on=["rule", "world_person_id"], how="anti")
    for rule in ("income/wage_not_declared", "income/employment_not_declared", "property/vehicle_not_declared"):
        assert len(real.filter(pl.col("rule") == rule)) > 5


def test_dirt_falls_on_the_innocent_and_on_others_alike(village: Path) -> None:
    names = [name for names in SEPARABLE.values() for name in names]
    lives = pl.read_parquet(village / "circumstances.parquet").filter(pl.col("about") == "work")
    lines = pl.read_parquet(village / "lines" / "tax_withholding.parquet").filter(pl.col("fact_id").is_not_null())
    marked = lines.join(lives, on="world_person_id").with_columns(innocent=pl.col("circumstance").is_in(names))
    shares = marked.group_by("innocent").agg(pl.col("dirt").is_not_null().mean()).sort("innocent")["dirt"]
    assert abs(shares[0] - shares[1]) < 0.02


def test_questions_rest_on_sure_numbers_but_for_the_few_whose_ids_are_damaged(
    village: Path, asked: pl.DataFrame
) -> None:
    lines = pl.read_parquet(village / "lines" / "roster.parquet").join(
        used_deliveries(village), on="file_name", how="semi"
    )
    damaged = lines.filter(pl.col("dirt").is_in(UNUSABLE_ID))["world_person_id"]
    of_damaged = asked.filter(
        pl.col("world_person_id").is_in(damaged.implode()) & (pl.col("rule") != "existence/invalid_roster_id")
    )
    assert not of_damaged["sure"].any()
    assert float(str(asked["sure"].mean())) > 0.95


def test_a_case_number_reissued_and_a_community_recoded_are_the_same_household_in_truth(village: Path) -> None:
    households = pl.read_parquet(village / "households.parquet")
    assert (households["case_number"] != households["may_case_number"]).sum() == 6
    assert households["world_household_id"].n_unique() == len(households)


@pytest.mark.parametrize("source", ["hukou", "vehicle", "contribution", "pension", "tax_withholding", "self_employed"])
def test_recipients_stand_anywhere_in_a_file(village: Path, source: str) -> None:
    rows = (
        pl.read_parquet(village / "deliveries.parquet").filter(pl.col("source") == source).select("file_name", "rows")
    )
    lines = pl.read_parquet(village / "lines" / f"{source}.parquet").filter(pl.col("fact_id").is_not_null())
    place = lines.join(rows, on="file_name").select(pl.col("line_number") / pl.col("rows")).to_series()
    assert 0.44 < float(str(place.mean())) < 0.56
    assert 0.17 < float(str(place.quantile(0.25))) < 0.33
