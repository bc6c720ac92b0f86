"""Runs: two clocks, one switch, and a recall that takes two people."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from core.errors import DefectError, OperatorError
from core.moment import Moment, RunKind
from ledger import audit, runs
from ledger.run import Ledger


def moment(day: int) -> Moment:
    return Moment(date(2026, 6, day), datetime(2026, 6, day, 17, 0, tzinfo=UTC))


def night(ledger: Ledger, day: int, *, current: bool = True) -> str:
    """A published nightly run."""
    run_id = runs.begin(ledger, moment(day), RunKind.NIGHTLY)
    runs.add_event(ledger, run_id, "published")
    if current:
        ledger.write_all(lambda connection: runs.switch(connection, run_id, "publish"))
    return run_id


def test_a_run_keeps_its_two_clocks_and_what_it_was_asked(each_ledger: Ledger) -> None:
    run_id = runs.begin(each_ledger, moment(20), RunKind.COMMISSIONED, "r-1", sources=["vehicle"], options={"x": 1})
    run = runs.get(each_ledger, run_id)
    assert (run.moment, run.kind, run.request) == (moment(20), RunKind.COMMISSIONED, "r-1")
    assert (run.sources, run.options, run.state) == (["vehicle"], {"x": 1}, "begun")
    assert run_id.startswith("20260620-commissioned-")


def test_run_ids_sort_by_day_and_by_moment(each_ledger: Ledger) -> None:
    begun = [runs.begin(each_ledger, moment(day), RunKind.NIGHTLY) for day in (21, 19, 20)]
    assert sorted(begun) == [begun[1], begun[2], begun[0]]


def test_a_retry_with_the_same_id_finds_its_run_and_another_run_may_not_take_it(each_ledger: Ledger) -> None:
    first = runs.begin(each_ledger, moment(20), RunKind.NIGHTLY, run_id="tonight")
    assert runs.begin(each_ledger, Moment(date(2026, 6, 20), datetime.now(UTC)), RunKind.NIGHTLY, run_id=first) == first
    assert runs.get(each_ledger, first).moment == moment(20)
    assert len(runs.events(each_ledger, first)) == 1
    with pytest.raises(OperatorError, match=r"run\.taken"):
        runs.begin(each_ledger, moment(21), RunKind.NIGHTLY, run_id=first)


def test_becoming_current_does_not_hide_that_a_run_is_published(each_ledger: Ledger) -> None:
    run_id = night(each_ledger, 20)
    assert runs.get(each_ledger, run_id).state == "published"
    assert [run.run_id for run in runs.list_runs(each_ledger, state="published")] == [run_id]


def test_nothing_is_current_before_the_first_switch(each_ledger: Ledger) -> None:
    night(each_ledger, 20, current=False)
    assert runs.current(each_ledger) is None


@pytest.mark.parametrize("kind", [RunKind.BACKFILL, RunKind.REPLAY, RunKind.SHADOW, RunKind.COMMISSIONED])
def test_only_a_nightly_run_can_become_current(each_ledger: Ledger, kind: RunKind) -> None:
    run_id = runs.begin(each_ledger, moment(20), kind)
    runs.add_event(each_ledger, run_id, "published")
    with pytest.raises(DefectError, match=r"run\.switch"):
        each_ledger.write_all(lambda connection: runs.switch(connection, run_id, "publish"))


def test_a_rejected_run_can_not_become_current(each_ledger: Ledger) -> None:
    run_id = runs.begin(each_ledger, moment(20), RunKind.NIGHTLY)
    runs.add_event(each_ledger, run_id, "rejected")
    with pytest.raises(DefectError, match=r"run\.switch"):
        each_ledger.write_all(lambda connection: runs.switch(connection, run_id, "publish"))


def test_the_switch_is_undone_with_the_transaction_it_joined(each_ledger: Ledger) -> None:
    first = night(each_ledger, 20)
    second = night(each_ledger, 21, current=False)

    def switch_and_sync(connection: Connection) -> None:
        runs.switch(connection, second, "publish")
        raise ValueError("case sync failed")

    with pytest.raises(ValueError, match="case sync failed"):
        each_ledger.write_all(switch_and_sync)
    assert runs.current(each_ledger) == first


def test_a_recall_takes_two_people_and_goes_back_to_the_last_good_night(each_ledger: Ledger) -> None:
    good, bad = night(each_ledger, 19), night(each_ledger, 20)
    with pytest.raises(OperatorError, match=r"recall\.two_people"):
        runs.confirm_recall(each_ledger, bad, "李强", "roster was wrong")
    runs.request_recall(each_ledger, bad, "李强", "roster was wrong")
    with pytest.raises(OperatorError, match=r"recall\.two_people"):
        runs.confirm_recall(each_ledger, bad, " 李强 ", "roster was wrong")
    assert runs.current(each_ledger) == bad
    assert runs.confirm_recall(each_ledger, bad, "王燕", "seen as well") == good
    assert runs.current(each_ledger) == good
    assert runs.get(each_ledger, bad).state == "recalled"
    assert audit.entries(each_ledger)["act"].to_list() == ["run.recall_requested", "run.recalled"]


def test_a_recall_passes_over_rejected_recalled_and_other_kinds_of_runs(each_ledger: Ledger) -> None:
    good = night(each_ledger, 17)
    bad = [night(each_ledger, 18), night(each_ledger, 20)]
    rejected = runs.begin(each_ledger, moment(19), RunKind.NIGHTLY)
    runs.add_event(each_ledger, rejected, "rejected")
    backfill = runs.begin(each_ledger, moment(19), RunKind.BACKFILL)
    runs.add_event(each_ledger, backfill, "published")
    for run_id in bad:
        runs.request_recall(each_ledger, run_id, "李强", "wrong")
        runs.confirm_recall(each_ledger, run_id, "王燕", "wrong")
    assert runs.current(each_ledger) == good


def test_recalling_an_older_run_leaves_the_current_one(each_ledger: Ledger) -> None:
    old, current = night(each_ledger, 19), night(each_ledger, 20)
    runs.request_recall(each_ledger, old, "李强", "wrong")
    assert runs.confirm_recall(each_ledger, old, "王燕", "wrong") == current


def test_recalling_the_only_run_leaves_none(each_ledger: Ledger) -> None:
    only = night(each_ledger, 20)
    runs.request_recall(each_ledger, only, "李强", "wrong")
    assert runs.confirm_recall(each_ledger, only, "王燕", "wrong") is None
    assert runs.current(each_ledger) is None
    with pytest.raises(OperatorError, match=r"recall\.not_published"):
        runs.request_recall(each_ledger, only, "李强", "again")


def test_unknown_runs_and_kinds_are_refused(each_ledger: Ledger) -> None:
    with pytest.raises(OperatorError, match=r"run\.unknown"):
        runs.get(each_ledger, "20260620-nightly-nothing")
    with pytest.raises(DefectError, match=r"run\.kind"):
        runs.add_event(each_ledger, runs.begin(each_ledger, moment(20), RunKind.NIGHTLY), "paused")
