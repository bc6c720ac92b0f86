"""Thirty-five nights, then month-ends; never the current run, never a locked one."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from core.errors import OperatorError
from core.moment import Moment, RunKind
from ledger import audit, runs
from publish.findings import findings
from publish.thinning import lock, thin, unlock
from tests.publish.nights import DAY, Nights, instant, listed


def kept_nights(nights: Nights, days: list[date], kind: RunKind = RunKind.NIGHTLY) -> dict[date, str]:
    """A published run per day; only the first is really computed, the others are copies of its folder."""
    ledger, settings = nights.centre.ledger, nights.centre.settings
    made = {}
    pattern = nights.night(DAY - timedelta(days=400), [listed("p1")], kind=RunKind.BACKFILL).folder
    for day in days:
        run_id = runs.begin(ledger, Moment(day, instant(day)), kind)
        shutil.copytree(pattern, settings.home / "runs" / run_id)
        docs = settings.home / "data_docs" / run_id
        docs.mkdir(parents=True)
        (docs / "index.html").write_text("")
        runs.add_event(ledger, run_id, "published")
        made[day] = run_id
    return made


def folders(nights: Nights) -> set[str]:
    return {path.name for path in (nights.centre.settings.home / "runs").iterdir()}


def test_thirty_five_nights_and_month_ends_are_kept(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    days = [date(2026, 4, 1) + timedelta(days=number) for number in range(81)]
    made = kept_nights(nights, days)
    thinned = thin(ledger, settings)
    recent = {day for day in days if day > days[-1] - timedelta(days=35)}
    month_ends = {date(2026, 4, 30), date(2026, 5, 31)}
    assert folders(nights) == {made[day] for day in recent | month_ends}
    assert set(thinned) >= {made[day] for day in set(days) - recent - month_ends}
    docs = {path.name for path in (settings.home / "data_docs").iterdir()}
    assert docs & set(made.values()) == {made[day] for day in recent | month_ends}
    assert thin(ledger, settings) == []
    with pytest.raises(OperatorError, match=r"run\.not_published"):
        findings(made[days[0]], settings=settings)


def test_the_current_run_is_kept_however_old(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    days = [date(2026, 4, 1) + timedelta(days=number) for number in range(40)]
    made = kept_nights(nights, days)
    ledger.write_all(lambda connection: runs.switch(connection, made[days[1]], "publish"))
    thin(ledger, settings)
    assert made[days[1]] in folders(nights)
    assert made[days[0]] not in folders(nights)


def test_a_locked_run_is_kept_until_it_is_unlocked(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    days = [date(2026, 4, 1) + timedelta(days=number) for number in range(40)]
    made = kept_nights(nights, days)
    with pytest.raises(OperatorError, match=r"run\.lock"):
        lock(ledger, made[days[0]], by="李强", reason=" ")
    lock(ledger, made[days[0]], by="李强", reason="objection 12")
    thin(ledger, settings)
    assert made[days[0]] in folders(nights)
    unlock(ledger, made[days[0]], by="李强", reason="objection decided")
    assert thin(ledger, settings) == [made[days[0]]]
    assert audit.entries(ledger)["act"].to_list() == ["run.locked", "run.unlocked"]


def test_a_folder_left_by_a_killed_thinning_is_removed_by_the_next(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    made = kept_nights(nights, [DAY])
    runs.add_event(ledger, made[DAY], "thinned")
    assert made[DAY] in thin(ledger, settings)
    assert made[DAY] not in folders(nights)
