"""A feed that is paused ends nothing and turns nothing into *none*: we could not look, and the night goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from core.settings import ROOT
from ledger import feeds, runs
from ledger.findings import living
from publish.feeds import resume_feed
from sources.card import load_cards
from tests.night.home import Home
from tests.night.scored import Scored
from world.run import WORLD_AS_OF

pytestmark = pytest.mark.slow
CARDS = load_cards(ROOT / "sources")
NEXT_DAY = WORLD_AS_OF + timedelta(days=1)
ENDS = ["gone", "grade_lost", "left_roster", "rule_withdrawn"]
STEWARD = {"by": "王燕", "reason": "来函说明有误，核实前暂停"}


@pytest.mark.parametrize("source", CARDS)
def test_the_night_after_a_feed_was_paused_leads_ends_no_finding_and_says_none_of_nothing_in_it(
    source: str, hamlet: Scored, tmp_path: Path
) -> None:
    home = hamlet.home.moved_to(tmp_path / "home")
    before = living(home.ledger)
    if not feeds.state(home.ledger, source).paused:
        feeds.pause(home.ledger, source, STEWARD["reason"], STEWARD["by"])
    run = home.night(as_of=NEXT_DAY)
    assert run["accepted"], run["reasons"]
    assert runs.current(home.ledger) == run["run_id"]
    cells = home.table(run["run_id"], "coverage").filter(pl.col("source") == source)
    assert set(cells["value"]) <= {"found", "could_not_look"}
    assert ended(before, home).is_empty(), ended(before, home)["rule"].to_list()
    assert any(title_of(source) in banner["zh"] for banner in home.manifest(run["run_id"])["banners"])


def test_the_vehicle_register_refused_at_first_is_told_of_in_the_second_night_and_right_again_in_the_third(
    hamlet: Scored, tmp_path: Path
) -> None:
    home = hamlet.home.moved_to(tmp_path / "home")
    before = living(home.ledger)
    second = home.night(as_of=NEXT_DAY)
    assert (second["accepted"], second["reasons"]) == (True, [])
    assert runs.current(home.ledger) == second["run_id"]
    assert ended(before, home).is_empty()
    [banner] = banners_of(home, second, "Registered vehicles")
    unseen = home.table(second["run_id"], "coverage").filter(pl.col("source") == "vehicle", reason="feed_paused")
    assert str(len(unseen)) in banner["en"]
    assert vehicles(home, second) == {"jg_vehicle_20260515.csv": "accepted", "jg_vehicle_20260615.csv": "refused"}
    resume_feed(home.settings, "vehicle", by=STEWARD["by"], reason="六月的文件作废，等待下一批")
    third = home.night(as_of=NEXT_DAY + timedelta(days=1))
    assert (third["accepted"], third["reasons"]) == (True, [])
    assert banners_of(home, third, "Registered vehicles") == []
    assert cells_of(home, third, "vehicle") == cells_of(home, {"run_id": hamlet.folder.name}, "vehicle")
    assert ended(before, home).is_empty()
    newer = set(living(home.ledger)["finding_key"]) - set(before["finding_key"])
    asked = home.table(third["run_id"], "finding").filter(pl.col("finding_key").is_in(newer))
    assert set(asked["rule"]) <= {"R-GRACE-01"}  # an exit whose last day came meanwhile
    assert asked.height == len(newer)


def banners_of(home: Home, run: dict[str, Any], title: str) -> list[dict[str, str]]:
    """What the run says on its front of this feed."""
    return [banner for banner in home.manifest(run["run_id"])["banners"] if title in banner["en"]]


def ended(before: pl.DataFrame, home: Home) -> pl.DataFrame:
    """Findings that lived before and do no more."""
    after = living(home.ledger).select("finding_key", "state")
    both = before.join(after, on="finding_key", how="left")
    return both.filter(pl.col("state_right").is_null() | pl.col("state_right").is_in(ENDS))


def vehicles(home: Home, run: dict[str, Any]) -> dict[str, str]:
    """Vehicle deliveries of a run and how each stood."""
    rows = home.table(run["run_id"], "run_delivery").filter(pl.col("source") == "vehicle")
    return dict(rows.select("file_name", "state").iter_rows())


def cells_of(home: Home, run: dict[str, Any], source: str) -> dict[str, int]:
    """Coverage of a source: value → cells."""
    cells = home.table(run["run_id"], "coverage").filter(pl.col("source") == source)
    return dict(cells["value"].value_counts().iter_rows())


def title_of(source: str) -> str:
    """How people call the source."""
    return CARDS[source].title.zh
