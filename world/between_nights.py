"""What becomes of each question from one night to the next, reckoned from truth: new, same, changed, gone, held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import yaml

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

    Asked on both it is `changed` where its severity or what its rule calls news is otherwise, else `same`. No longer
    asked it is `held` where somebody who allowed a source the rule needs allows it no more, else `gone`.
    """
    facts = [known(truth, night.used, night.as_of, sure_only=False) for night in (first, second)]
    was, is_now = (
        _questions(each, Policy(rows, night.as_of)) for each, night in zip(facts, (first, second), strict=True)
    )
    both = was.join(is_now, on=ASKED, how="full", coalesce=True, nulls_equal=True, suffix="_now")
    news = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in ("severity", "material"))
    unseen = _no_longer_allowed(facts[1], rules_folder).with_columns(unseen=pl.lit(value=True))
    state = (
        pl.when(pl.col("severity").is_null())
        .then(pl.lit("new"))
        .when(pl.col("severity_now").is_not_null())
        .then(pl.when(news).then(pl.lit("changed")).otherwise(pl.lit("same")))
        .when(pl.col("unseen"))
        .then(pl.lit("held"))
        .otherwise(pl.lit("gone"))
    )
    return both.join(unseen, on=ASKED, how="left").select(*ASKED, state=state).sort(ASKED)


def _questions(facts: Known, policy: Policy) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"material": pl.String})
    parts = [
        pl.concat([reckon(facts, policy).with_columns(rule=pl.lit(rule)), empty], how="diagonal_relaxed")
        for rule, reckon in RECKONINGS.items()
    ]
    return pl.concat([part.select(*ASKED, "severity", "material") for part in parts]).unique(ASKED)


def _no_longer_allowed(facts: Known, rules_folder: Path) -> pl.DataFrame:
    """rule and subject where a source that the rule's card needs may not be looked at."""
    subjects = facts.subjects.select("world_household_id", "world_person_id", "allowed")
    parts = []
    for rule in RECKONINGS:
        card = yaml.safe_load((rules_folder / f"{rule}.yml").read_text("utf-8"))
        needed = {need["source"] for need in card["needs"]} & set(CONSENT)
        lacking = pl.any_horizontal(pl.lit(value=False), *(~pl.col("allowed").list.contains(s) for s in sorted(needed)))
        parts.append(subjects.filter(lacking).select(pl.lit(rule).alias("rule"), *ASKED[1:]))
    return pl.concat(parts)
