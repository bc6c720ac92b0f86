"""Mistakes others made, each made on purpose in a copy of the night: the score of a named rule falls."""

from __future__ import annotations

import shutil
from functools import reduce
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from core.settings import ROOT
from rules.pages import load_pages
from tests.night.home import Home
from tests.night.scored import Scored, of_rule, scored_night, ungraded
from transforms.language import names
from world.score_result import Score

pytestmark = pytest.mark.slow
MISTAKES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("ablations.yml").read_text("utf-8"))
"""One mistake for each rule's main condition."""


@pytest.fixture(scope="module")
def mistaken(hamlet: Scored, tmp_path_factory: pytest.TempPathFactory) -> Score:
    """The score of the night asked by pages with all mistakes in them, each in its own rule's page."""
    folder = tmp_path_factory.mktemp("mistaken")
    rules = _rules_copied(folder)
    for made in MISTAKES:
        _change(rules / f"{made['page']}.sql", {made["text"]: made["instead"]})
    return hamlet.asked_again(folder, rules_folder=rules)


def test_every_released_rule_has_a_mistake_of_its_own() -> None:
    released = {page.name for page in load_pages(ROOT / "rules") if page.card.released.state == "released"}
    assert {rule for made in MISTAKES for rule in made["rules"]} == released


@pytest.mark.parametrize(
    ("rule", "made"),
    [(rule, made) for made in MISTAKES for rule in made["rules"]],
    ids=lambda told: told if isinstance(told, str) else told["mistake"],
)
def test_a_mistake_in_its_main_condition_lowers_what_a_rule_scores(
    hamlet: Scored, mistaken: Score, rule: str, made: dict[str, Any]
) -> None:
    figure = {"recall": recall, "precision": precision}[made["lowers"]]
    assert figure(mistaken, rule) < figure(hamlet.score, rule) - 0.02


def test_names_compared_as_delivered_lose_questions(
    landed_hamlet: Home, hamlet: Scored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "folded", lambda column: column)
    monkeypatch.setattr(names, "relation", _relation_as_delivered)
    unfolded = scored_night(
        landed_hamlet.moved_to(tmp_path / "home"), ["roster", "declaration", "authorisation", "pension"]
    )
    before, after = hamlet.rule("income/pension_not_declared"), unfolded.rule("income/pension_not_declared")
    assert after.expected == before.expected
    assert after.right <= before.right - 3
    assert recall(unfolded.score, "income/pension_not_declared") < 0.98


def test_rows_of_any_grade_put_questions_to_others(hamlet: Scored, tmp_path: Path) -> None:
    told = hamlet.asked_again(tmp_path, change=ungraded)
    assert precision(hamlet.score, "existence/paid_after_death") == 1
    assert precision(told, "existence/paid_after_death") < 0.9
    assert told.separable_by_circumstance["alive_but_number_on_anothers_cremation_record"] >= 3


def test_counting_back_pay_calls_honest_pensioners_above_their_declaration(hamlet: Scored, tmp_path: Path) -> None:
    paid_in_the_month = """join (
        select pension_payment.* exclude (standard_monthly_yuan), paid.paid_yuan as standard_monthly_yuan
        from pension_payment
        join (
            select person_key, pension_kind_code, settlement_month, sum(amount_yuan) as paid_yuan
            from pension_payment
            where item_code in ('standard', 'back_pay')
            group by all
        ) as paid using (person_key, pension_kind_code, settlement_month)
    ) as pension_payment using (person_key)"""
    told = hamlet.asked_again(
        tmp_path,
        rules_folder=_rules_with(
            tmp_path, "pension_in_pay", {"join pension_payment using (person_key)": paid_in_the_month}
        ),
    )
    assert precision(hamlet.score, "income/pension_above_declared") == 1
    assert precision(told, "income/pension_above_declared") < 0.8
    assert told.separable_by_circumstance["declared_pension"] >= 5


def test_the_month_of_settlement_overlooks_jobs_whose_contributions_came_at_once(
    hamlet: Scored, tmp_path: Path
) -> None:
    by_settlement = (
        "join (select * replace (settlement_month as belonging_month) from contribution) as contribution "
        "using (person_key)"
    )
    told = hamlet.asked_again(
        tmp_path,
        rules_folder=_rules_with(tmp_path, "insured_month", {"join contribution using (person_key)": by_settlement}),
    )
    lost = hamlet.rule("income/employment_not_declared").right - of_rule(told, "income/employment_not_declared").right
    assert lost >= 3
    assert recall(told, "income/employment_not_declared") < 0.97


def test_taking_letter_a_alone_for_a_held_vehicle_overlooks_vehicles(hamlet: Scored, tmp_path: Path) -> None:
    told = hamlet.asked_again(
        tmp_path,
        rules_folder=_rules_with(
            tmp_path,
            "held_vehicle",
            {"not regexp_matches(coalesce(vehicle.status_letters, ''), '[BCEMP]')": "vehicle.status_letters = 'A'"},
        ),
    )
    for rule in (
        "property/vehicle_not_declared",
        "property/vehicle_in_commercial_use",
        "property/new_vehicle_during_spell",
    ):
        assert recall(hamlet.score, rule) > 0.85
        assert recall(told, rule) < recall(hamlet.score, rule) - 0.1


def test_taking_a_cancellation_for_a_death_calls_the_living_dead(hamlet: Scored, tmp_path: Path) -> None:
    told = hamlet.asked_again(
        tmp_path,
        rules_folder=_rules_with(
            tmp_path, "recorded_death", {"status_code = 'dead'": "status_code in ('dead', 'cancelled')"}
        ),
    )
    assert precision(hamlet.score, "existence/paid_after_death") == 1
    assert precision(told, "existence/paid_after_death") < 0.8
    assert {"enlisted", "arrested"} <= set(told.separable_by_circumstance)


def recall(told: Score, rule: str) -> float:
    """The rule's recall over all persons."""
    share = of_rule(told, rule).recall
    assert share is not None
    return share


def precision(told: Score, rule: str) -> float:
    """The rule's precision over all persons."""
    share = of_rule(told, rule).precision
    assert share is not None
    return share


def _rules_with(folder: Path, term: str, changes: dict[str, str]) -> Path:
    rules = _rules_copied(folder)
    _change(rules / "terms" / f"{term}.sql", changes)
    return rules


def _rules_copied(folder: Path) -> Path:
    rules = folder / "rules"
    shutil.copytree(ROOT / "rules", rules, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return rules


def _change(page: Path, changes: dict[str, str]) -> None:
    before = page.read_text("utf-8")
    assert all(before.count(right) == 1 for right in changes), page.name
    page.write_text(reduce(lambda text, change: text.replace(*change), changes.items(), before), "utf-8")


def _relation_as_delivered(pairs: pl.DataFrame) -> pl.Series:
    missing = pl.col("given").is_null() | pl.col("known").is_null()
    same = pl.col("given") == pl.col("known")
    said = pl.when(missing).then(pl.lit("missing")).when(same).then(pl.lit("same")).otherwise(pl.lit("different"))
    return pairs.select(said).to_series()
