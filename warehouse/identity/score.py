"""Score candidate pairs with Splink and pinned weights: in memory, in bounded batches, the same every time."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict

from core.errors import replace_engine_error

WEIGHTS = Path(__file__).with_name("weights.yml")
EVIDENCE = Path(__file__).with_name("evidence.sql")
FIELDS = ("number", "name", "sound", "birth", "sex", "address")
BATCH = 20_000


class Level(BaseModel):
    """One way a field can look on both sides; `m` and `u` are the shares among same and among different persons."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    level: str
    when: str | None = None
    m: float
    u: float


class Weights(BaseModel):
    """The pinned weights: `prior` for any pair, `show_from` the probability from which a pair is a candidate."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    prior: float
    show_from: float
    fields: dict[str, list[Level]]


@cache
def weights() -> Weights:
    """The weights kept as data beside this file."""
    return Weights.model_validate(yaml.safe_load(WEIGHTS.read_text(encoding="utf-8")))


def score(pairs: pl.DataFrame) -> pl.DataFrame:
    """How likely each pair is one person.

    `pairs` holds `pair` (Int64, unique) and, for every field of `FIELDS`, `<field>_subject` and `<field>_row` (text or
    null), and `birth_given_…`, `sex_given_…` (Boolean). Returns `pair, score, levels, state`, sorted by pair: `levels`
    says how each field looked, `state` is `queued`, `ruled_out` (score below `show_from`) or `too_few_fields` (without
    two fields beside the name nothing may be said). Only memory is used; the same pairs give the same answer.

    Raises:
        DefectError: the engine failed; its message is withheld.
    """
    empty = pl.DataFrame(schema={"pair": pl.Int64, "score": pl.Float64, "levels": pl.String, "state": pl.String})
    with replace_engine_error("identity.score", where="warehouse/identity/score.py"):
        done = [_score_batch(pairs.slice(start, BATCH)) for start in range(0, pairs.height, BATCH)]
    return pl.concat([empty, *done]).sort("pair")


def _score_batch(pairs: pl.DataFrame) -> pl.DataFrame:
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    memory = duckdb.connect(":memory:", config={"threads": 1, "temp_directory": ""})
    try:
        memory.register("pair", pairs)
        memory.execute(EVIDENCE.read_text(encoding="utf-8")).fetchall()
        offered = memory.sql("select * from offered order by pair").pl()
        engine = DuckDBAPI(memory)
        sides = [engine.register(_side(offered, name).to_arrow(), table_name=name) for name in ("subject", "row")]
        linker = Linker(sides, _settings(), log_level=None, validate_settings=False)
        predicted = linker.inference.predict(warning_mode="never").physical_name
        scored = memory.sql(f"select unique_id_l as pair, {_told()} from {predicted}").pl()  # noqa: S608
    finally:
        memory.close()
    return _judged(offered.select("pair", "fields_beside_name", "name_subject", "name_row").join(scored, on="pair"))


def _judged(scored: pl.DataFrame) -> pl.DataFrame:
    named = pl.col("name_subject").is_not_null() & pl.col("name_row").is_not_null()
    state = (
        pl.when((pl.col("fields_beside_name") < 2) | ~named)
        .then(pl.lit("too_few_fields"))
        .when(pl.col("score") < weights().show_from)
        .then(pl.lit("ruled_out"))
        .otherwise(pl.lit("queued"))
    )
    return scored.select("pair", pl.col("score").round(6), "levels", state.alias("state"))


def _side(pairs: pl.DataFrame, side: str) -> pl.DataFrame:
    return pairs.select(pl.col("pair").alias("unique_id"), *(pl.col(f"{name}_{side}").alias(name) for name in FIELDS))


def _told() -> str:
    looks = ", ".join(
        f"'{name}=' || ['missing', {_names(levels)}][gamma_{name} + 2]" for name, levels in weights().fields.items()
    )
    return f"match_probability as score, array_to_string([{looks}], ' ') as levels"


def _names(levels: list[Level]) -> str:
    """Level names in the order of Splink's comparison values, which count down from the strongest."""
    return ", ".join(f"'{level.level}'" for level in reversed(levels))


def _settings() -> dict[str, Any]:
    return {
        "link_type": "link_only",
        "probability_two_random_records_match": weights().prior,
        "blocking_rules_to_generate_predictions": ["l.unique_id = r.unique_id"],
        "comparisons": [_comparison(name, levels) for name, levels in weights().fields.items()],
        "retain_matching_columns": True,
    }


def _comparison(name: str, levels: list[Level]) -> dict[str, Any]:
    missing = {"sql_condition": f"{name}_l is null or {name}_r is null", "is_null_level": True}
    known = [
        {
            "sql_condition": level.when or "ELSE",
            "label_for_charts": level.level,
            "m_probability": level.m,
            "u_probability": level.u,
        }
        for level in levels
    ]
    return {"output_column_name": name, "comparison_levels": [missing, *known]}
