"""What becomes of each question from one night to the next, reckoned from truth: new, same, changed, gone, held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from core.moment import add_months
from world.expected import ASKED, RECKONINGS
from world.reckoning.knowable import CONSENT, Known, known
from world.reckoning.policy import Policy, Rows


@dataclass(frozen=True)
class Asked:
    """One night's moment and deliveries: the day it stood on, and source, file_name of what it used."""

    as_of: date
    used: pl.DataFrame


def between(truth: Path, rules_folder: Path, rows: Rows, first: Asked, second: Asked) -> pl.DataFrame:
    """rule, world_household_id, world_person_id, state of every question asked on either night.

    Asked on both it is `changed` where what its card calls news is otherwise beyond tolerance, else `same`. No longer
    asked it is `held` where a source that the rule needs may not be looked at, else `gone`.
    """
    facts = [known(truth, night.used, night.as_of, sure_only=False) for night in (first, second)]
    was, is_now = (
        _questions(each, Policy(rows, night.as_of)) for each, night in zip(facts, (first, second), strict=True)
    )
    both = was.join(is_now, on=ASKED, how="full", coalesce=True, nulls_equal=True, suffix="_now")
    cards = _cards(rules_folder)
    graded = [rule for rule, card in cards.items() if "severity" in card["material"]]
    tolerated = {rule: max([0.0, *_tolerances(card)]) for rule, card in cards.items()}
    moved = (pl.col("material_yuan") - pl.col("material_yuan_now")).abs()
    news = (
        (pl.col("severity").ne_missing(pl.col("severity_now")) & pl.col("rule").is_in(graded))
        | pl.col("material").ne_missing(pl.col("material_now"))
        | (moved > pl.col("rule").replace_strict(tolerated)).fill_null(value=False)
    )
    unseen = _not_looked_at(facts[1], cards, _stopped(truth, second)).with_columns(unseen=pl.lit(value=True))
    state = (
        pl.when(pl.col("severity").is_null())
        .then(pl.lit("new"))
        .when(pl.col("severity_now").is_not_null())
        .then(pl.when(news).then(pl.lit("changed")).otherwise(pl.lit("same")))
        .when(pl.col("unseen"))
        .then(pl.lit("held"))
        .otherwise(pl.lit("gone"))
    )
    return both.join(unseen, on=ASKED, how="left", nulls_equal=True).select(*ASKED, state=state).sort(ASKED)


def _questions(facts: Known, policy: Policy) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"material": pl.String, "material_yuan": pl.Float64})
    parts = [
        pl.concat([reckon(facts, policy).with_columns(rule=pl.lit(rule)), empty], how="diagonal_relaxed")
        for rule, reckon in RECKONINGS.items()
    ]
    return pl.concat([part.select(*ASKED, "severity", "material", "material_yuan") for part in parts]).unique(ASKED)


def _cards(rules_folder: Path) -> dict[str, dict[str, Any]]:
    return {rule: yaml.safe_load((rules_folder / f"{rule}.yml").read_text("utf-8")) for rule in RECKONINGS}


def _tolerances(card: dict[str, Any]) -> list[float]:
    return [float(one) for one in card["material"].values() if one != "exact"]


def _not_looked_at(facts: Known, cards: dict[str, dict[str, Any]], stopped: set[str]) -> pl.DataFrame:
    """rule and subject where a source that the rule's card needs may not be looked at; a household as all its members.

    A household's question has no person. Nobody was looked for in a source that is `stopped`.
    """
    household, person = ASKED[1:]
    parts = []
    for rule, card in cards.items():
        needed = {need["source"] for need in card["needs"]}
        lacking = [~pl.col("may_ask").list.contains(source) for source in sorted(needed & set(CONSENT))]
        hindered = pl.any_horizontal(~pl.col("usable"), "damaged", pl.lit(value=bool(needed & stopped)), *lacking)
        who = pl.col(person) if card["subject"] == "person" else pl.lit(None, pl.String).alias(person)
        parts.append(facts.roster.filter(hindered).select(pl.lit(rule).alias("rule"), household, who).unique())
    return pl.concat(parts)


def _stopped(truth: Path, night: Asked) -> set[str]:
    """Sources whose file about the month before came and was not used: their feed has stopped itself."""
    came = pl.read_parquet(truth / "deliveries.parquet").filter(
        pl.col("belongs_to") == add_months(night.as_of.replace(day=1), -1), pl.col("mishaps").ne_missing("sent_twice")
    )
    return set(came.join(night.used, on=["source", "file_name"], how="anti")["source"])
