"""A run that is told to leave a feed out ends nothing and turns nothing into *none*: we could not look."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ledger.findings import living
from publish.night import cards
from tests.night.conftest import Published

ALWAYS_READ = {"roster", "authorisation"}
"""Who is asked about and who agreed: no run goes without them."""
FEEDS = [card.source for card in cards() if card.source not in ALWAYS_READ]


@pytest.mark.parametrize("left_out", FEEDS)
def test_a_night_that_leaves_a_feed_out_ends_no_finding_and_sees_none_of_its_cells(
    left_out: str, first_night: Published, tmp_path: Path
) -> None:
    home = first_night.home.moved_to(tmp_path / "home")
    before = living(home.ledger)
    run = home.night(sources=[*ALWAYS_READ, *(feed for feed in FEEDS if feed != left_out)])
    cells = home.table(run["run_id"], "coverage").filter(pl.col("source") == left_out)
    assert set(cells["value"]) <= {"could_not_look"}
    after = living(home.ledger).select("finding_key", "state")
    ended = before.join(after, on="finding_key", how="left").filter(
        pl.col("state_right").is_null() | pl.col("state_right").is_in(["gone", "grade_lost", "left_roster"])
    )
    assert ended.is_empty(), ended.select("rule").to_series().to_list()
