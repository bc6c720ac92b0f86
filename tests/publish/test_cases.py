"""Cases follow the night inside the one switch: with it, or not at all, and readers wait for nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

from core.settings import ROOT
from ledger import case_queue, cases, runs
from ledger.case_queue import Filters
from ledger.case_words import Kind, Status
from ledger.cases import Case
from ledger.desk import Desk
from ledger.scope import Scope
from publish.recall import recall
from tests.publish.nights import DAY, Nights, car, home_of, listed

NEXT = DAY + timedelta(days=1)
PEOPLE = [listed("p1"), listed("p2"), listed("p3")]

KILLED = """
import sys, time
from core.settings import settings
from ledger import runs
from ledger.run import open_ledger
from publish import switch
from publish.run import publish
def stop(connection, run_id, by):
    print("synced", flush=True)
    time.sleep(600)
switch.runs.switch = stop
publish(sys.argv[1], ledger=open_ledger(settings()), settings=settings())
"""


def everywhere(nights: Nights) -> Scope:
    """The regions of these tests' households."""
    with nights.centre.ledger.read() as connection:
        regions = connection.execute(cases.case_.select()).mappings().all()
    return Scope(tuple(sorted({row["county_code"] for row in regions})))


def queue(nights: Nights, kind: Kind | None = Kind.FLAGGED) -> list[Case]:
    return case_queue.page(Desk(nights.centre.ledger), everywhere(nights), Filters(kind=kind)).cases


def test_a_night_opens_cases_with_masked_members_and_says_nothing_clear(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1"), car("p2", "t2")])
    found = queue(nights)
    assert sorted(case.household_key for case in found) == [home_of("p1"), home_of("p2")]
    assert {(case.severity, case.status, case.rule_top) for case in found} == {("eligibility", Status.NEW, "R-VEH-01")}
    shown = cases.members(Desk(nights.centre.ledger), everywhere(nights), found[0].case_id)
    assert [(one.name_masked, one.id_masked) for one in shown] == [("王***", "110105********002X")]


def test_the_case_follows_the_life_of_its_finding(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    nights.night(NEXT, PEOPLE, [car("p1", plate_class_code="large")])
    [case] = queue(nights)
    assert case.evidence_version == 2
    nights.night(NEXT + timedelta(days=1), PEOPLE, [])
    assert queue(nights) == []


def test_a_run_that_its_gate_rejects_touches_no_case(nights: Nights) -> None:
    first = nights.night(DAY, PEOPLE, [car("p1")])
    before = queue(nights)
    stopped = [listed(person, covered=False, stop_date=DAY) for person in ("p1", "p2", "p3")]
    rejected = nights.night(NEXT, stopped, [car("p1")])
    assert not rejected.accepted
    assert (queue(nights), runs.current(nights.centre.ledger)) == (before, first.run_id)


def test_publishing_again_changes_no_case(nights: Nights) -> None:
    run_id = nights.night(DAY, PEOPLE, [car("p1")]).run_id
    before = queue(nights)
    nights.publish(run_id)
    assert queue(nights) == before


def test_a_recalled_nights_flags_end_by_their_own_word(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    bad = nights.night(NEXT, PEOPLE, [car("p1"), car("p2", "t2")])
    for by in ("李强", "王燕"):
        recall(bad.run_id, by=by, reason="vehicles", ledger=nights.centre.ledger, settings=nights.centre.settings)
    nights.night(NEXT + timedelta(days=1), PEOPLE, [car("p1")])
    with nights.centre.ledger.read() as connection:
        told = connection.execute(cases.flag.select().order_by(cases.flag.c.sequence)).mappings().all()
    assert [one["state"] for one in told] == ["live", "recalled"]
    assert [case.household_key for case in queue(nights)] == [home_of("p1")]


def test_a_sync_killed_in_the_middle_leaves_cases_and_current_run_as_they_were(nights: Nights) -> None:
    first = nights.night(DAY, PEOPLE, [car("p1")])
    before = queue(nights)
    nights.deliver(NEXT, PEOPLE, [car("p1"), car("p2", "t2")])
    run_id = nights.asked(NEXT)
    here = nights.centre.settings
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HEDUI_HOME": str(here.home)}
    environment |= {"HEDUI_SOURCES_FOLDER": str(here.sources_folder), "HEDUI_RULES_FOLDER": str(here.rules_folder)}
    said = subprocess.PIPE
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, run_id], env=environment, stdout=said, stderr=said, text=True
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "synced\n"
    assert queue(nights) == before, "a reader waits for nobody and sees what was"
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    assert (queue(nights), runs.current(nights.centre.ledger)) == (before, first.run_id)
    nights.publish(run_id)
    assert sorted(case.household_key for case in queue(nights)) == [home_of("p1"), home_of("p2")]


def test_readers_see_whole_nights_while_five_are_published(nights: Nights) -> None:
    nights.night(DAY, PEOPLE, [car("p1")])
    seen: set[tuple[int, ...]] = set()
    faults: list[BaseException] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                seen.add(tuple(case.flag_count for case in queue(nights)))
            except BaseException as fault:
                faults.append(fault)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(5):
        plates = [car("p1", f"t{one}") for one in range(1, number % 2 + 2)]
        nights.night(NEXT + timedelta(days=number), PEOPLE, plates)
    over.set()
    reader.join()
    assert faults == []
    assert seen <= {(1,), (2,)}
