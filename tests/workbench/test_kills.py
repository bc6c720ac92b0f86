"""The web process killed with -9 while a decision is being written: none lost, none half, none double."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from core.settings import ROOT
from ledger import audited_records, cases, decisions
from ledger.case_queue import Filters, page
from ledger.case_words import Status
from ledger.cases import Case
from ledger.scope import Scope
from publish.verify import verify_audit
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from workbench.accounts import CITY

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


@contextmanager
def killable(served: Served) -> Iterator[tuple[subprocess.Popen[str], Browserless]]:
    """The workbench in a process of its own, which stops at the moment of a decision; and a visitor to it."""
    home = str(served.house.settings.home)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVER],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HEDUI_HOME": home},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        address = process.stdout.readline().strip()
        yield process, Browserless(Served(address, served.password, served.house, served.app))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()


def test_a_decision_under_way_when_the_web_process_is_killed_is_neither_half_made_nor_made_twice(
    own_served: Served,
) -> None:
    desk = own_served.house.desk
    case = next(one for one in page(desk, EVERYWHERE, Filters(unassigned=True)).cases if not one.blind)
    with killable(own_served) as (process, visitor):
        visitor.sign_in("supervisor").post(f"/cases/{case.case_id}/claim", {"version": case.version})
        claimed = case_now(own_served, case)
        assert claimed.status is Status.REVIEW
        fields, token = decision_on(own_served, claimed), visitor.token()
        answers: list[Exception] = []
        sender = threading.Thread(target=send, args=(visitor, case, {**fields, "csrf": token}, answers))
        sender.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "deciding\n"
        process.send_signal(signal.SIGKILL)
        sender.join()
    assert len(answers) == 1
    assert decisions.of_case(desk, EVERYWHERE, case.case_id) == []
    assert case_now(own_served, case) == claimed
    again = Browserless(own_served).sign_in("supervisor")
    assert again.post(f"/cases/{case.case_id}/first", fields).status_code == 303
    assert again.post(f"/cases/{case.case_id}/first", fields).status_code == 409
    [made] = decisions.of_case(desk, EVERYWHERE, case.case_id)
    assert made.actor == "supervisor"
    assert case_now(own_served, case).status in (Status.SECOND, Status.ISSUE)
    assert audited_records.faults(desk.ledger) == []
    assert verify_audit(desk.ledger, own_served.house.settings).whole


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
