"""Hold a published run against truth: recall and precision per rule, and what was put to the innocent."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import yaml

from core.errors import OperatorError
from core.settings import settings
from world.expected import ASKED, RECKONINGS, expected
from world.innocence import INSEPARABLE, NAMESAKE, SEPARABLE, innocent, innocent_households, with_namesakes
from world.reckoning.knowable import UNUSABLE_ID
from world.reckoning.policy import Policy, Rows, read_rows
from world.score_result import RuleScore, Score

ABOUT_NUMBERS = "existence/invalid_roster_id"
ABOUT_SHEETS = "process/member_without_authorisation"
_BELOW = ["information", "favourable"]


def score(run_folder: Path, truth: Path, parameters: Rows | None = None) -> Score:
    """Score a published run; `parameters` are the rows of the policy files (default: the installation's).

    Raises:
        OperatorError: the folder holds no published run or no truth.
    """
    as_of, used = _run_of(run_folder, truth)
    rows = parameters if parameters is not None else read_rows(settings().rules_folder / "parameters")
    wanted = expected(truth, used, as_of, Policy(rows, as_of))
    found = findings(run_folder, truth)
    sure = _sure_persons(truth, used)
    damaged_sheet = _lines(truth, used, "authorisation").filter(pl.col("dirt").is_in(UNUSABLE_ID))
    sure_of = {ABOUT_SHEETS: sure.join(damaged_sheet, on="world_person_id", how="anti")}
    marked = found.unique(ASKED, keep="first", maintain_order=True).join(
        wanted, on=ASKED, how="left", nulls_equal=True, suffix="_expected"
    )
    separable, asked_separable = _separable(truth, marked)
    inseparable = innocent(truth, INSEPARABLE)
    asked = found.join(inseparable, on=["rule", "world_person_id"])
    wrong = asked.filter(~pl.col("severity").is_in(["question", "information"]) | pl.col("carries_amount"))
    return Score(
        run_folder=str(run_folder),
        rules=tuple(_of_rule(rule, wanted, marked, sure_of.get(rule, sure)) for rule in RECKONINGS),
        severities=dict(sorted(found["severity"].value_counts().iter_rows())),
        separable_innocents=separable["world_person_id"].n_unique(),
        separable_asked=len(asked_separable),
        separable_by_circumstance=_counted(asked_separable),
        inseparable_innocents=inseparable["world_person_id"].n_unique(),
        inseparable_asked=len(asked),
        inseparable_wrong=len(wrong),
        inseparable_by_circumstance=_counted(asked),
    )


def _run_of(run_folder: Path, truth: Path) -> tuple[date, pl.DataFrame]:
    if not (run_folder / "manifest.json").exists() or not (truth / "persons.parquet").exists():
        raise OperatorError(
            "score.nothing_there",
            "a published run and a truth folder are needed",
            where=f"{run_folder}, {truth}",
            todo="give the folder of a published run and the world's truth",
        )
    manifest = json.loads((run_folder / "manifest.json").read_text("utf-8"))
    deliveries = pl.read_parquet(run_folder / "run_delivery.parquet")
    return date.fromisoformat(manifest["as_of"]), deliveries.filter("used").select("source", "file_name")


def findings(run_folder: Path, truth: Path) -> pl.DataFrame:
    """A run's findings put to people: rule, world_household_id, world_person_id, severity, carries_amount.

    A test row left in the ledger is nobody: that its number is asked about is right, and counted nowhere.
    """
    people = _people_of(run_folder, truth)
    about_nobody = pl.col("person_key").is_not_null() & pl.col("world_person_id").is_null()
    households = people.group_by("household_key").agg(pl.col("world_household_id").mode().first())
    amount = pl.col("found_yuan").is_not_null() | pl.col("declared_yuan").is_not_null()
    return (
        pl.read_parquet(run_folder / "finding.parquet")
        .with_columns(pl.col("rule").replace(page_of_code(settings().rules_folder)))
        .join(households, on="household_key", how="left")
        .join(
            people.select("household_key", "person_key", "world_person_id"),
            on=["household_key", "person_key"],
            how="left",
        )
        .filter(~(about_nobody & (pl.col("rule") == ABOUT_NUMBERS)))
        .select("rule", "world_household_id", "world_person_id", "severity", carries_amount=amount)
    )


def page_of_code(rules_folder: Path) -> dict[str, str]:
    """Permanent code → page (`income/wage_not_declared`), read from the rules' cards as data."""
    cards = sorted(rules_folder.glob("*/*.yml"))
    read = {path: yaml.safe_load(path.read_text("utf-8")) for path in cards}
    return {str(card["code"]): f"{path.parent.name}/{path.stem}" for path, card in read.items() if "code" in card}


def _people_of(run_folder: Path, truth: Path) -> pl.DataFrame:
    """household_key, person_key → the world's, by the roster line each member was read from."""
    members = pl.read_parquet(run_folder / "member.parquet").with_columns(
        delivery_id=pl.col("row_key").str.extract(r"^(.*):\d+$"),
        line_number=pl.col("row_key").str.extract(r":(\d+)$").cast(pl.Int64),
    )
    files = pl.read_parquet(run_folder / "run_delivery.parquet").select("delivery_id", "file_name")
    lines = pl.read_parquet(truth / "lines" / "roster.parquet").select(
        "file_name", "line_number", "world_person_id", "fact_id"
    )
    cases = pl.read_parquet(truth / "facts_roster.parquet").select("fact_id", "case_number")
    households = pl.read_parquet(truth / "households.parquet")
    numbers = pl.concat(
        [
            households.select("world_household_id", "case_number"),
            households.select("world_household_id", case_number="may_case_number"),
        ]
    ).unique()
    return (
        members.join(files, on="delivery_id")
        .join(lines, on=["file_name", "line_number"])
        .join(cases, on="fact_id")
        .join(numbers, on="case_number")
        .select("household_key", "person_key", "world_household_id", "world_person_id")
    )


def _separable(truth: Path, marked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    in_two_cases = pl.read_parquet(truth / "members.parquet").filter(
        pl.col("world_household_id").n_unique().over("world_person_id") > 1
    )
    separable = innocent(truth, SEPARABLE).join(in_two_cases, on="world_person_id", how="anti")
    above = marked.filter(~pl.col("severity").is_in(_BELOW))
    unreckoned = above.filter(pl.col("severity_expected").is_null() | pl.col("severity_expected").is_in(_BELOW))
    by_life = unreckoned.join(separable, on=["rule", "world_person_id"])
    namesakes = unreckoned.join(with_namesakes(truth), on="world_person_id", how="semi").with_columns(
        circumstance=pl.lit(NAMESAKE)
    )
    as_a_whole = unreckoned.filter(pl.col("world_person_id").is_null()).join(
        innocent_households(truth), on=["rule", "world_household_id"]
    )
    asked = [part.select(*ASKED, "circumstance") for part in (by_life, namesakes, as_a_whole)]
    return separable, pl.concat(asked).unique(ASKED)


def _sure_persons(truth: Path, used: pl.DataFrame) -> pl.DataFrame:
    usable = ~pl.col("dirt").fill_null("").is_in(UNUSABLE_ID)
    return _lines(truth, used, "roster").filter(usable).select("world_person_id").drop_nulls().unique()


def _lines(truth: Path, used: pl.DataFrame, source: str) -> pl.DataFrame:
    """What stood in the files of a source that were used, line by line."""
    files = used.filter(pl.col("source") == source).select("file_name")
    return pl.read_parquet(truth / "lines" / f"{source}.parquet").join(files, on="file_name", how="semi")


def _of_rule(rule: str, wanted: pl.DataFrame, marked: pl.DataFrame, sure_persons: pl.DataFrame) -> RuleScore:
    mine, found = wanted.filter(pl.col("rule") == rule), marked.filter(pl.col("rule") == rule)
    is_right = pl.col("severity_expected").is_not_null()
    right = found.filter(is_right)
    sure = (
        found
        if rule == ABOUT_NUMBERS
        else found.filter(
            pl.col("world_person_id").is_null()
            | pl.col("world_person_id").is_in(sure_persons["world_person_id"].implode())
        )
    )
    return RuleScore(
        rule=rule,
        expected=len(mine),
        found=len(found),
        right=len(right),
        sure_expected=int(mine["sure"].sum()),
        sure_right=int(right["sure"].sum()),
        sure_found=len(sure),
        sure_found_right=len(sure.filter(is_right)),
        severity_differs=len(right.filter(pl.col("severity") != pl.col("severity_expected"))),
    )


def _counted(asked: pl.DataFrame) -> dict[str, int]:
    return dict(sorted(asked["circumstance"].value_counts().iter_rows()))
