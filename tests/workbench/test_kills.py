"""Processes killed with -9: a decision or an export under way is neither lost nor half there nor there twice."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import fastexcel
import httpx
import pytest

from core.moment import now
from core.settings import ROOT, Settings
from ledger import audit, audited_records, cases, decisions, exports
from ledger.access_schema import job
from ledger.case_queue import Filters, page
from ledger.case_words import Status
from ledger.cases import Case
from ledger.exports import Export
from ledger.run import open_ledger
from ledger.scope import Scope
from publish.verify import verify_audit
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from workbench.accounts import CITY
from workbench.exports.files import content_of, file_of
from workbench.exports.making import ask_for
from workbench.exports.worker import Worker
from workbench.house import House, build_house

EVERYWHERE = Scope((CITY,))
SERVER = """
import sys, time
from sqlalchemy import event
from core.settings import settings
from workbench.app import build_app
from workbench.run import serving
app = build_app(settings())
engine = app.state.house.desk.ledger.engine

@event.listens_for(engine, "after_cursor_execute")
def noticed(connection, cursor, statement, *rest):
    if statement.startswith("INSERT INTO decision"):
        connection.info["deciding"] = True

@event.listens_for(engine, "commit")
def halted(connection):
    if connection.info.pop("deciding", False):
        print("deciding", flush=True)
        time.sleep(600)

with serving(app) as address:
    print(address, flush=True)
    sys.stdin.read()
"""

WORKER = """
import os, sys, time, zipfile
from core.settings import settings
from ledger import jobs
from workbench.exports import making
from workbench.exports.worker import Worker
from workbench.house import build_house

def halting(real, when=lambda *_: True):
    def halted(*arguments, **named):
        done = real(*arguments, **named)
        if when(*arguments):
            print("writing", flush=True)
            time.sleep(600)
        return done
    return halted

moment = sys.argv[1]
if moment == "rows":
    jobs.progress = halting(jobs.progress)
elif moment == "half":
    zipfile.ZipFile.write = halting(zipfile.ZipFile.write)
    zipfile.ZipFile.writestr = halting(zipfile.ZipFile.writestr)
elif moment == "beside":
    os.chmod = halting(os.chmod, lambda path, *_: str(path).endswith(".tmp"))
elif moment == "placed":
    os.replace = halting(os.replace)
Worker(build_house(settings()), "killed").work_once()
"""


@contextmanager
def killable(served: Served) -> Iterator[tuple[subprocess.Popen[str], Browserless]]:
    """The workbench in a process of its own, which stops at the moment of a decision; and a visitor to it."""
    with process_of(SERVER, served.house.settings) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        yield process, Browserless(Served(address, served.password, served.house, served.app))


@contextmanager
def process_of(script: str, settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The script in a process of its own, over the installation of these settings."""
    told = {"HEDUI_HOME": str(settings.home), "HEDUI_LEDGER_URL": settings.ledger, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        env={**os.environ, **told},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()


def test_a_decision_under_way_when_the_web_process_is_killed_is_neither_half_made_nor_made_twice(
    each_served: Served,
) -> None:
    desk = each_served.house.desk
    case = next(one for one in page(desk, EVERYWHERE, Filters(unassigned=True)).cases if not one.blind)
    with killable(each_served) as (process, visitor):
        visitor.sign_in("supervisor").post(f"/cases/{case.case_id}/claim", {"version": case.version})
        claimed = case_now(each_served, case)
        assert claimed.status is Status.REVIEW
        fields, token = decision_on(each_served, claimed), visitor.token()
        answers: list[Exception] = []
        sender = threading.Thread(target=send, args=(visitor, case, {**fields, "csrf": token}, answers))
        sender.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "deciding\n"
        process.send_signal(signal.SIGKILL)
        sender.join()
    assert len(answers) == 1
    assert decisions.of_case(desk, EVERYWHERE, case.case_id) == []
    assert case_now(each_served, case) == claimed
    again = Browserless(each_served).sign_in("supervisor")
    assert again.post(f"/cases/{case.case_id}/first", fields).status_code == 303
    assert again.post(f"/cases/{case.case_id}/first", fields).status_code == 409
    [made] = decisions.of_case(desk, EVERYWHERE, case.case_id)
    assert made.actor == "supervisor"
    assert case_now(each_served, case).status in (Status.SECOND, Status.ISSUE)
    assert audited_records.faults(open_ledger(desk.settings)) == []
    assert verify_audit(open_ledger(desk.settings), each_served.house.settings).whole


@pytest.mark.parametrize("clear", [False, True], ids=["masked", "clear"])
@pytest.mark.parametrize("moment", ["rows", "half", "beside", "placed"])
def test_an_export_under_way_when_the_worker_is_killed_is_made_once_and_whole_by_the_next(
    each_home: Settings, moment: str, clear: bool
) -> None:
    house = build_house(each_home)
    ledger = house.desk.ledger
    told = {"filters": {"view": "all"}, "prefixes": [CITY], "rows": 5, "reason": "检查", "recipient": "钱某"}
    export_id = exports.ask(ledger, by="analyst", clear=clear, **told)
    if clear:
        exports.approve(ledger, export_id, by="supervisor")
    ask_for(ledger, export_now(house, export_id), "zh", by="analyst")
    with process_of(WORKER, each_home, moment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert export_now(house, export_id).made_at is None
    assert not Worker(house, "next").work_once()  # the lease of the killed one still runs
    with ledger.write() as connection:
        connection.execute(job.update().where(job.c.state == "running").values(lease_until=now() - timedelta(hours=1)))
    assert Worker(house, "next").work_once()
    assert not Worker(house, "next").work_once()
    made = export_now(house, export_id)
    [path] = each_home.folder("exports").iterdir()
    assert path == file_of(each_home, made)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == made.sha256
    whole = content_of(path, ledger, made) if clear else path.read_bytes()
    assert fastexcel.read_excel(whole).load_sheet(0).to_polars().height == made.row_count == 5
    owner = open_ledger(each_home)
    acts = audit.entries(owner)["act"].to_list()
    assert [acts.count(f"export.{one}") for one in ("made", "revealed")] == [1, int(clear)]
    assert audited_records.faults(owner) == []
    assert verify_audit(owner, each_home).whole
    house.desk.close()


def export_now(house: House, export_id: int) -> Export:
    found = exports.get(house.desk.ledger, export_id)
    assert found is not None
    return found


def send(visitor: Browserless, case: Case, fields: dict[str, str], answers: list[Exception]) -> None:
    """Send the decision; the server is killed before it can answer."""
    try:
        visitor.request("POST", f"/cases/{case.case_id}/first", data=fields, headers={"sec-fetch-site": "same-origin"})
    except httpx.TransportError as error:
        answers.append(error)


def decision_on(served: Served, case: Case) -> dict[str, str]:
    """The fields of a first decision: every question lagged, explained by the household."""
    flags = [one for one in cases.flags(served.house.desk, EVERYWHERE, case.case_id) if one.open]
    fields = {f"verdict-{one.flag_id}": "lagged" for one in flags}
    told = {"outcome": "explained", "reason_code": "documents_seen", "note": "已核"}
    return {**fields, **told, "version": str(case.version)}


def case_now(served: Served, case: Case) -> Case:
    found = cases.get(served.house.desk, EVERYWHERE, case.case_id)
    assert found is not None
    return found
