"""What a night asks, held against what was true: on the invented town, and where every mechanism occurs many times."""

from __future__ import annotations

import polars as pl
import pytest

from publish.folder import run_folder
from tests.night.conftest import Published
from tests.night.scored import Scored
from world.expected import RECKONINGS
from world.innocence import INSEPARABLE
from world.score import score

pytestmark = pytest.mark.slow
CLASSES = ("structurally_refused", "duplicate", "unusable_id", "not_subject", "refused_by_meaning", "matched")


@pytest.mark.parametrize("rule", RECKONINGS)
def test_where_numbers_are_usable_a_rule_asks_what_could_be_known_and_nothing_else(hamlet: Scored, rule: str) -> None:
    told = hamlet.rule(rule)
    assert told.sure_expected >= 3
    missed = told.sure_expected - told.sure_right
    assert missed <= max(1, 0.02 * told.sure_expected), told  # of few, one: a consent under a name nobody knows
    assert (told.sure_precision or 0) >= 0.99, told


def test_over_all_persons_little_is_lost_to_damaged_numbers_and_nothing_is_wrong(hamlet: Scored) -> None:
    assert (hamlet.score.recall or 0) >= 0.98, str(hamlet.score)
    assert (hamlet.score.precision or 0) >= 0.99, str(hamlet.score)


def test_nobody_whose_innocence_the_record_shows_is_asked_above_information(hamlet: Scored) -> None:
    assert hamlet.score.separable_innocents > 1000
    assert hamlet.score.separable_by_circumstance == {}
    assert hamlet.score.separable_asked == 0


def test_whom_the_record_cannot_clear_gets_questions_without_amounts_and_is_counted(hamlet: Scored) -> None:
    told = hamlet.score
    assert set(told.inseparable_by_circumstance) == {name for names in INSEPARABLE.values() for name in names}
    assert sum(told.inseparable_by_circumstance.values()) == told.inseparable_asked > 20
    assert told.inseparable_wrong == 0


def test_every_line_that_was_delivered_has_one_class(hamlet: Scored) -> None:
    accounts = pl.read_parquet(hamlet.folder / "run_delivery.parquet")
    assert accounts.filter(pl.sum_horizontal(CLASSES) != pl.col("rows")).is_empty()
    written = pl.read_parquet(hamlet.home.truth / "deliveries.parquet").select("file_name", written="rows")
    compared = accounts.join(written, on="file_name", how="left")
    assert compared.filter(pl.col("rows").ne_missing(pl.col("written"))).is_empty()
    lacking = written.join(accounts, on="file_name", how="anti")["file_name"].drop_nulls().to_list()
    assert lacking == ["rs_contribution_202603_2.csv"]  # the same bytes as the file before it


def test_in_the_town_every_rule_is_met_and_asks_exactly_what_is_so(first_night: Published) -> None:
    home = first_night.home
    told = score(run_folder(home.settings, first_night.run_id), home.truth)
    assert [one.rule for one in told.rules if one.expected == 0] == []
    assert [one.rule for one in told.rules if not one.expected == one.found == one.right] == []
    assert [one.rule for one in told.rules if one.severity_differs] == []
    assert (told.separable_asked, told.inseparable_wrong) == (0, 0)
    assert told.inseparable_asked > 0
