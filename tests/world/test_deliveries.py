from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from core.errors import OperatorError
from world.deliveries import MISHAPS, ROOMS, calendar
from world.run import make_world


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "inbox").rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(town: Path, tmp_path: Path) -> None:
    make_world("town", 1, tmp_path / "again")
    make_world("town", 2, tmp_path / "other")
    assert _hashes(tmp_path / "again") == _hashes(town)
    assert _hashes(tmp_path / "other") != _hashes(town)


def test_a_world_is_never_written_over_another(town: Path) -> None:
    with pytest.raises(OperatorError, match="already holds a world"):
        make_world("town", 1, town)


def test_a_scale_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no world of this scale"):
        make_world("village", 1, tmp_path)  # type: ignore[arg-type]


def test_every_file_in_the_inbox_is_a_delivery_known_to_truth(town: Path) -> None:
    entries = pl.read_parquet(town / "truth" / "deliveries.parquet").filter(pl.col("file_name").is_not_null())
    there = {
        path.name for path in (town / "inbox").rglob("*") if path.is_file() and not path.name.endswith(".control.json")
    }
    assert there == set(entries["file_name"])


def test_the_delivery_sent_twice_has_the_same_bytes_under_the_next_sequence_number(town: Path) -> None:
    folder = town / "inbox" / "contribution"
    first, second = folder / "rs_contribution_202603.csv", folder / "rs_contribution_202603_2.csv"
    assert first.read_bytes() == second.read_bytes()


def test_the_newer_vehicle_register_is_half_as_long(town: Path) -> None:
    entries = (
        pl.read_parquet(town / "truth" / "deliveries.parquet").filter(pl.col("source") == "vehicle").sort("belongs_to")
    )
    whole, half = entries["rows"]
    assert half == whole // 2
    assert "cut_by_half" in entries["mishaps"][1]


def test_the_month_that_never_came_is_in_no_inbox_but_in_truth(town: Path) -> None:
    entries = pl.read_parquet(town / "truth" / "deliveries.parquet").filter(pl.col("file_name").is_null())
    assert entries.select("source", "mishaps").rows() == [("unemployment_benefit", "never_came")]
    assert not (town / "inbox" / "unemployment_benefit" / "rs_unemployment_benefit_202603.csv").exists()


def test_the_late_delivery_says_when_it_claims_to_have_been_received(town: Path) -> None:
    control = json.loads(
        (town / "inbox" / "contribution" / "rs_contribution_202605.csv.control.json").read_text("utf-8")
    )
    assert control["claims_received_at"] == "2026-06-20T00:40:00+08:00"


def test_every_mishap_meets_a_delivery_that_some_room_makes() -> None:
    made = {(room.source, day) for room in ROOMS for day in (*room.months, *room.days)}
    assert {(one.source, one.belongs_to) for one in MISHAPS} <= made
    assert sum(delivery.met("lost_bytes") for delivery in calendar("district")) == 3
    assert not any(delivery.met("lost_bytes") for delivery in calendar("town"))


def test_truth_names_lives_and_facts_but_no_rule_and_no_threshold(town: Path) -> None:
    for path in (town / "truth").rglob("*.parquet"):
        columns = pl.read_parquet_schema(path)
        assert not {"rule", "severity", "expected"} & set(columns)


def test_lines_of_truth_point_at_the_roster_rows_as_written(town: Path) -> None:
    rows = pl.read_excel(town / "inbox" / "roster" / "mz_roster_20260615.xlsx", infer_schema_length=0)
    lines = pl.read_parquet(town / "truth" / "lines" / "roster.parquet").filter(
        pl.col("file_name") == "mz_roster_20260615.xlsx"
    )
    names = pl.read_parquet(town / "truth" / "persons.parquet").select("world_person_id", "name")
    told = lines.sort("line_number").join(names, on="world_person_id", how="left", maintain_order="left")["name"]
    assert told.to_list() == rows["成员姓名"].to_list()
