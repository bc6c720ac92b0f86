"""A run folder as publishing leaves it, with findings made from the reckoning itself, to hold the scorer against."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl

from world.expected import expected
from world.reckoning.policy import Policy, read_rows
from world.score import page_of_code

AS_OF = date(2026, 6, 20)
PARAMETERS = Path(__file__).resolve().parents[2] / "rules" / "parameters"
_SNAPSHOTS = [
    "roster",
    "declaration",
    "authorisation",
    "case_file",
    "vehicle",
    "housing_fund",
    "hukou",
    "self_employed",
]


def used_deliveries(truth: Path) -> pl.DataFrame:
    """What a careful night would use: nothing cut by half, the newest snapshot, one of two equal files."""
    came = pl.read_parquet(truth / "deliveries.parquet").filter(pl.col("file_name").is_not_null())
    sound = came.filter(
        ~pl.col("mishaps").fill_null("").str.contains("cut_by_half") & ~pl.col("file_name").str.contains(r"_2\.")
    )
    newest = pl.col("belongs_to") == pl.col("belongs_to").max().over("source")
    return sound.filter(~pl.col("source").is_in(_SNAPSHOTS) | newest).select("source", "file_name")


def reckoned(truth: Path) -> pl.DataFrame:
    """What should be asked of this world."""
    return expected(truth, used_deliveries(truth), AS_OF, Policy(read_rows(PARAMETERS), AS_OF))


def write_run(folder: Path, truth: Path, asked: pl.DataFrame) -> Path:
    """Write manifest, run_delivery, member and finding; `asked` has the reckoning's columns."""
    folder.mkdir(parents=True, exist_ok=True)
    deliveries = used_deliveries(truth).with_columns(
        delivery_id=pl.col("source") + "-" + pl.int_range(pl.len()).cast(pl.String), used=pl.lit(True)
    )
    deliveries.write_parquet(folder / "run_delivery.parquet")
    lines = (
        pl.read_parquet(truth / "lines" / "roster.parquet")
        .join(deliveries, on="file_name")
        .filter(pl.col("fact_id").is_not_null())
    )
    cases = pl.read_parquet(truth / "facts_roster.parquet").select("fact_id", "case_number")
    households = pl.read_parquet(truth / "households.parquet").select("case_number", "world_household_id")
    members = (
        lines.join(cases, on="fact_id")
        .join(households, on="case_number")
        .select(
            household_key="h" + pl.col("world_household_id"),
            person_key="p" + pl.col("world_person_id"),
            row_key=pl.col("delivery_id") + ":" + pl.col("line_number").cast(pl.String),
        )
    )
    members.write_parquet(folder / "member.parquet")
    code_of_page = {page: code for code, page in page_of_code(PARAMETERS.parent).items()}
    amount = pl.when(pl.col("severity") == "amount").then(1.0)
    asked.select(
        pl.col("rule").replace_strict(code_of_page),
        "severity",
        household_key="h" + pl.col("world_household_id"),
        person_key="p" + pl.col("world_person_id"),
        declared_yuan=amount,
        found_yuan=amount,
    ).write_parquet(folder / "finding.parquet")
    (folder / "manifest.json").write_text(json.dumps({"as_of": AS_OF.isoformat()}), "utf-8")
    return folder
