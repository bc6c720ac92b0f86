"""What a run has joined is thrown away once it is published; only what a person may still release is kept."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from core.errors import OperatorError
from core.moment import RunKind
from ledger import runs
from publish.release import release
from publish.replay import replay
from publish.run import Published
from publish.work import UNFINISHED_DAYS, discard_work, warehouse_of
from tests.publish.nights import DAY, Nights, instant, listed

PEOPLE = [listed(f"p{number}") for number in range(30)]
DAMAGED = [{**one, "roster_id_state": "damaged"} for one in PEOPLE]


def kept(nights: Nights) -> set[str]:
    return {path.name for path in (nights.centre.settings.home / "work").iterdir()}


def rejected(nights: Nights) -> Published:
    nights.night(DAY, PEOPLE)
    jump = nights.night(DAY + timedelta(days=1), DAMAGED)
    assert not jump.accepted
    return jump


def test_a_published_run_leaves_no_work_behind_and_still_replays(nights: Nights) -> None:
    made = nights.night(DAY, DAMAGED)
    assert kept(nights) == set()
    [outcome] = replay(made.run_id, ledger=nights.centre.ledger, settings=nights.centre.settings)
    assert outcome.same
    assert nights.publish(made.run_id).accepted


def test_a_rejected_run_keeps_its_warehouse_until_it_is_released(nights: Nights) -> None:
    jump = rejected(nights)
    assert kept(nights) == {jump.run_id}
    release(jump.run_id, by="李强", reason="real", ledger=nights.centre.ledger, settings=nights.centre.settings)
    assert kept(nights) == set()


def test_a_rejected_run_keeps_its_warehouse_no_longer_than_until_the_next_night_leads(nights: Nights) -> None:
    jump = rejected(nights)
    assert nights.night(DAY + timedelta(days=2), PEOPLE).accepted
    assert kept(nights) == set()
    with pytest.raises(OperatorError, match=r"release\.not_possible"):
        release(jump.run_id, by="李强", reason="real", ledger=nights.centre.ledger, settings=nights.centre.settings)


def test_a_kill_before_the_work_was_removed_is_made_good_by_the_retry(nights: Nights) -> None:
    made = nights.night(DAY, PEOPLE)
    warehouse_of(nights.centre.settings, made.run_id).parent.mkdir()
    nights.publish(made.run_id)
    assert kept(nights) == set()


def test_another_run_in_the_making_is_left_alone_until_nobody_can_be_at_it_any_more(nights: Nights) -> None:
    made = nights.night(DAY, PEOPLE)
    asked = nights.asked(DAY, RunKind.BACKFILL, instant(DAY))
    nights.publish(made.run_id)
    assert kept(nights) == {asked}
    long_ago = time.time() - (UNFINISHED_DAYS + 1) * 86400
    os.utime(warehouse_of(nights.centre.settings, asked).parent, (long_ago, long_ago))
    assert discard_work(nights.centre.ledger, nights.centre.settings) == [asked]
    assert runs.get(nights.centre.ledger, asked).state == "asked"


def test_what_is_no_runs_stays(nights: Nights) -> None:
    (nights.centre.settings.folder("work") / "landing").mkdir()
    nights.night(DAY, PEOPLE)
    assert kept(nights) == {"landing"}
