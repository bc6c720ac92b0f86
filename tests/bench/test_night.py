"""The benchmark runs the town whole and says what a night costs in time, memory and disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.disk import Disk
from bench.told import lines
from core.settings import ROOT

pytestmark = pytest.mark.slow
DOORS = ["land", "admit_roster", "extract", "expect", "join", "ask", "publish"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def told(home: Path) -> dict[str, Any]:
    """What one round over the town told, as a user calls it."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.night", "town", "--rounds", "1", "--json"],
        cwd=ROOT,
        env=os.environ | {"HEDUI_HOME": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["town"]
    return found


def test_every_door_is_timed_once_in_the_order_of_the_night_and_adds_up_to_it(told: dict[str, Any]) -> None:
    assert list(told["doors"]) == DOORS
    assert told["night_seconds"] == pytest.approx(sum(told["doors"].values()))
    assert told["ratio"] == pytest.approx(told["night_seconds"] / told["floor_seconds"])


def test_the_floor_parses_the_rows_of_every_delivery_and_those_of_a_file_sent_twice_once(
    home: Path, told: dict[str, Any]
) -> None:
    files = pl.read_parquet(home / "bench" / "town" / "world" / "truth" / "deliveries.parquet")
    twice = pl.col("file_name").str.ends_with("_2.csv")
    assert files.filter(twice).height == 1
    assert told["rows"] == files.filter(~twice | pl.col("file_name").is_null())["rows"].sum()


def test_the_disk_of_a_year_is_carried_over_from_the_bytes_that_one_night_left(
    home: Path, told: dict[str, Any]
) -> None:
    monthly = sum(
        file.stat().st_size for file in (home / "bench" / "town" / "world" / "inbox" / "pension").glob("*.txt")
    )
    assert told["disk"]["raw_year"] > monthly * 12 / 5 > 0
    assert min(told["disk"][kind] for kind in ("extract_year", "run", "docs", "ledger")) > 0
    assert told["peak_bytes"] > told["disk"]["ledger"]


def test_the_round_leaves_nothing_behind_but_the_world_and_its_plain_copies(home: Path, told: dict[str, Any]) -> None:
    assert told["rounds"] == 1
    assert sorted(path.name for path in (home / "bench" / "town").iterdir()) == ["made", "plain", "world"]


DISK = Disk(raw_year=730, extract_year=365, run=10, docs=2, ledger=500, ledger_night=1, raw_retention_days=730)


def test_a_night_adds_its_run_its_pages_its_ledger_and_a_day_of_deliveries() -> None:
    assert DISK.night == 10 + 2 + 1 + 2 + 1


def test_of_a_years_runs_twelve_are_kept_for_good_and_thirty_five_for_a_time() -> None:
    assert DISK.year == 730 + 365 + 12 * (10 + 2) + 365 * 1
    assert DISK.passing == 2 * 730 + 35 * (10 + 2)


def test_a_shorter_retention_of_raw_files_leaves_less_of_them_standing() -> None:
    assert replace(DISK, raw_retention_days=365).passing == 730 + 35 * (10 + 2)


def test_the_city_is_held_against_the_district_by_rows(told: dict[str, Any]) -> None:
    twice_the_rows = told | {"rows": told["rows"] * 2, "night_seconds": told["night_seconds"] * 3}
    page = "\n".join(lines({"district": told, "city": twice_the_rows}))
    assert "city against district: 1.50 × linear in rows" in page
    assert "district: " in page
    assert "fixed cost" in page
    assert "disk per year" in page
