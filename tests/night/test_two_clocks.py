"""Facts are as of a day, knowledge as of an instant; the same moment gives the same findings."""

from __future__ import annotations

from pathlib import Path

from core.moment import now
from ledger import runs
from publish import night
from publish.replay import replay
from tests.night.conftest import Published
from tests.night.home import Home
from world.run import WORLD_AS_OF


def test_every_delivery_of_the_town_closes_its_account(first_night: Published) -> None:
    deliveries = first_night.home.table(first_night.run_id, "run_delivery")
    classes = (
        "structurally_refused",
        "duplicate",
        "unusable_id",
        "not_subject",
        "refused_by_meaning",
        "matched",
    )
    received = deliveries.select(pl_sum=deliveries.select(classes).sum_horizontal())["pl_sum"]
    assert received.to_list() == deliveries["rows"].to_list()
    assert deliveries["rows"].min() > 0


def test_the_same_moment_gives_the_same_findings(first_night: Published, tmp_path: Path) -> None:
    home = first_night.home.moved_to(tmp_path / "home")
    first = home.manifest(first_night.run_id)
    again = home.night(known_at=runs.get(home.ledger, first_night.run_id).known_at, kind="backfill")
    assert home.manifest(again["run_id"])["findings_hash"] == first["findings_hash"]


def test_a_delivery_that_arrives_later_changes_nothing_for_an_earlier_instant(town: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", town)
    inbox = town / "inbox"
    late = "tax_withholding"
    with home.lived_in():
        for file in sorted(inbox.rglob("*")):
            if file.is_file() and not file.name.endswith(".control.json") and file.parent.name != late:
                night.land(file)
    two_o_clock = now()
    early = home.night(known_at=two_o_clock)
    with home.lived_in():
        for file in sorted((inbox / late).iterdir()):
            if not file.name.endswith(".control.json"):
                night.land(file)
    again = home.night(known_at=two_o_clock, kind="backfill")
    after = home.night()
    hashes = [home.manifest(one["run_id"])["findings_hash"] for one in (early, again, after)]
    assert hashes[0] == hashes[1] != hashes[2]
    asked = set(home.table(after["run_id"], "finding")["rule"]) - set(home.table(early["run_id"], "finding")["rule"])
    assert "R-TAX-01" in asked


def test_a_backfill_never_becomes_current(first_night: Published, tmp_path: Path) -> None:
    home = first_night.home.moved_to(tmp_path / "home")
    home.night(kind="backfill")
    assert runs.current(home.ledger) == first_night.run_id
    with home.lived_in():
        run = night.begin(as_of=WORLD_AS_OF, known_at=None, kind="nightly", sources=[], request=None, retry_key="x")
        assert run == night.begin(
            as_of=WORLD_AS_OF, known_at=None, kind="nightly", sources=[], request=None, retry_key="x"
        )


def test_replaying_every_run_gives_the_same(first_night: Published, tmp_path: Path) -> None:
    home = first_night.home.moved_to(tmp_path / "home")
    with home.lived_in():
        outcomes = replay(None, ledger=home.ledger, settings=home.settings)
    assert outcomes
    assert all(outcome.same for outcome in outcomes)
