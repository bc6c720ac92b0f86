"""The pipeline killed while it hands a night to the cases: nothing stays, and it is told again whole."""

from __future__ import annotations

import signal

from sqlalchemy import func, select

from ledger import runs
from ledger.case_schema import case_, case_event, flag
from ledger.schema import finding_event
from tests.ledger.test_many_processes import start
from tests.ledger.workplace import Workplace, asked

HOUSEHOLDS = 300
SYNC = """
import sys, time
from core.moment import today
from core.settings import settings
from ledger.desk import open_desk
from ledger.run import open_ledger
from tests.ledger.workplace import Workplace, asked
place = Workplace(open_desk(settings()), open_ledger(settings()), today())
with place.owner.write() as connection:
    place.lead(connection, sys.argv[1], *(asked(f"f{n}", f"h{n}") for n in range(int(sys.argv[2]))))
    print("written", flush=True)
    time.sleep(600)
"""


def counted(place: Workplace) -> list[int]:
    """Cases, their events, flags, and steps of findings."""
    tables = (case_, case_event, flag, finding_event)
    with place.owner.read() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_a_sync_killed_in_its_transaction_leaves_nothing_and_is_done_once_when_repeated(place: Workplace) -> None:
    place.night(asked("f0", "h0"))
    before, current = counted(place), runs.current(place.owner)
    run_id = place.begin()
    killed = start(SYNC, place.owner.settings, run_id, str(HOUSEHOLDS))
    assert killed.stdout is not None
    assert killed.stdout.readline() == "written\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    for stream in (killed.stdout, killed.stderr):
        assert stream is not None
        stream.close()
    assert counted(place) == before
    assert runs.current(place.owner) == current
    found = [asked(f"f{number}", f"h{number}") for number in range(HOUSEHOLDS)]
    assert place.advance(run_id, *found)["opened"] == HOUSEHOLDS - 1
    assert runs.current(place.owner) == run_id
    whole = counted(place)
    assert whole[0] == HOUSEHOLDS
    assert place.advance(run_id, *found) == {}
    assert counted(place) == whole
