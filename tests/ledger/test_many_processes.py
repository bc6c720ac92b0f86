"""Real processes on one ledger: eight writers at once, and a writer that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from core.settings import ROOT, Settings
from ledger import audit, deliveries, findings, runs
from ledger.run import open_ledger
from ledger.schema import audit_entry, delivery, delivery_event, finding_event

EIGHT = 8
EACH = 8

WRITER = """
import sys
from datetime import date
from core.moment import Moment, RunKind, now
from core.settings import settings
from ledger import audit, deliveries, feeds, keys, runs
from ledger.run import open_ledger
from tests.ledger.examples import landed
who, count = sys.argv[1], int(sys.argv[2])
ledger = open_ledger(settings())
for number in range(count):
    one = landed("source_" + who, number)
    assert deliveries.record(ledger, one)
    deliveries.add_event(ledger, one.delivery_id, "accepted", {})
    keys.create_many(ledger, ["delivery:" + one.delivery_id, "household:shared"])
    change = feeds.resume if number % 2 else feeds.pause
    assert change(ledger, "source_" + who, "limit", who)
    runs.begin(ledger, Moment(date(2026, 6, 20), now()), RunKind.BACKFILL)
"""

KILLED = """
import sys, time
from datetime import date
from core.moment import Moment, RunKind, now
from core.settings import settings
from ledger import findings, runs
from ledger.run import open_ledger
from tests.ledger.examples import no_findings, observed
ledger = open_ledger(settings())
run_id = runs.begin(ledger, Moment(date(2026, 6, 20), now()), RunKind.NIGHTLY, run_id="tonight")
with ledger.write() as connection:
    findings.advance(connection, run_id, observed(*(f"f{n}" for n in range(2000))), no_findings())
    print("written", flush=True)
    time.sleep(600)
"""


def start(script: str, settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own that works on this ledger."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HEDUI_HOME": str(settings.home)}
    if settings.ledger_url:
        environment["HEDUI_LEDGER_URL"] = settings.ledger_url
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_eight_processes_write_at_once_from_an_empty_ledger_and_nothing_is_lost(
    settings_of_each_database: Settings,
) -> None:
    writers = [start(WRITER, settings_of_each_database, str(n), str(EACH)) for n in range(EIGHT)]
    for writer in writers:
        _, said = writer.communicate(timeout=300)
        assert writer.returncode == 0, said
    ledger = open_ledger(settings_of_each_database)
    assert len(deliveries.list_deliveries(ledger)) == EIGHT * EACH
    assert len(runs.list_runs(ledger)) == EIGHT * EACH
    with ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(delivery_event)).scalar_one() == 2 * EIGHT * EACH
        assert connection.execute(select(func.count()).select_from(audit_entry)).scalar_one() == EIGHT * EACH
    assert audit.verify(ledger).whole


def test_a_writer_killed_in_the_middle_leaves_nothing_half(settings_of_each_database: Settings) -> None:
    writer = start(KILLED, settings_of_each_database)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "written\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    ledger = open_ledger(settings_of_each_database)
    with ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(finding_event)).scalar_one() == 0
    assert findings.living(ledger).is_empty()
    assert runs.get(ledger, "tonight").state == "begun"
    runs.add_event(ledger, "tonight", "joined")
    assert runs.get(ledger, "tonight").state == "joined"


def test_a_reader_sees_one_snapshot_while_others_write(settings_of_each_database: Settings) -> None:
    ledger = open_ledger(settings_of_each_database)
    with ledger.read() as reading:
        before = reading.execute(select(func.count()).select_from(delivery)).scalar_one()
        writer = start(WRITER, settings_of_each_database, "x", "1")
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0, said
        assert reading.execute(select(func.count()).select_from(delivery)).scalar_one() == before == 0
    assert len(deliveries.list_deliveries(ledger)) == 1


def test_the_embedded_ledger_is_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    ledger = open_ledger(Settings(home=tmp_path))
    with ledger.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() >= 30_000
