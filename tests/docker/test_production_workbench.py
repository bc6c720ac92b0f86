"""The workbench and its worker as docker/compose.yml starts them, in production, on a real PostgreSQL, over a night."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

import pytest

from core.settings import Settings
from ledger import letters
from ledger.case_words import Role
from tests.docker.profile_by_hand import Profile, profile
from tests.docker.test_production_profile import no_secret_was_said
from tests.workbench.office import EVERYWHERE, Office
from tests.workbench.served import Served
from workbench import run
from workbench.accounts import SECURITY, SYSTEM

PASSWORD = "twelve letters and more"
PEOPLE = (Role.ANALYST, Role.REVIEWER, Role.ISSUER, Role.SUPERVISOR)
PATIENCE_SECONDS = 180


@pytest.mark.slow
def test_a_case_is_closed_a_letter_issued_and_an_export_made_by_the_services_of_production(tmp_path: Path) -> None:
    with profile(tmp_path) as one:
        one.run("migrate")
        a_night_was_published(one)
        given = [f"--{part}-password={PASSWORD}" for part in ("system", "security")]
        one.told("workbench", "hedui", "administrators", SYSTEM.user_id, SECURITY.user_id, *given)
        for service in ("workbench", "worker"):
            one.start(service)
            one.wait_until_healthy(service)
        files = state_files(one)
        office = Office(served_by(one))
        for role in PEOPLE:
            office.hires(str(role.value), role)
        a_letter_is_issued(office)
        assert {path.name for path in state_files(one) - files} == set(), "the workbench wrote into the state"
        an_export_is_made(office)
        assert {path.parent.name for path in state_files(one) - files} == {"exports"}
        office.served.house.desk.close()
        one.told("migrate", "hedui", "audit", "verify")
        statuses = {service: one.stop(service) for service in ("worker", "workbench")}
        assert set(statuses.values()) == {0}, statuses
        no_secret_was_said(one)


def a_night_was_published(one: Profile) -> None:
    """The invented town's, by the values of policy that nobody verified: production would refuse to ask by those."""
    invented = {"HEDUI_ENVIRONMENT": "demonstration"}
    world = one.folder / "world"
    one.told("scheduler", "hedui", "world", "--scale", "town", "--seed", "7", "--out", world, **invented)
    one.told("scheduler", "hedui", "land", "--inbox", world / "inbox", **invented)
    one.told("scheduler", "hedui", "run", "--as-of", "2026-06-20", **invented)


def served_by(one: Profile) -> Served:
    """The service that runs, and the same ledger and runs to look at from here."""
    state, password = one.folder / "shared" / "state", (one.secrets / "ledger_database_password").read_text()
    keys = {f"{name}_key_file": one.secrets / f"hedui_{name}_key" for name in ("master", "audit")}
    head = one.folder / "shared" / "audit" / "head.json"
    url = f"postgresql+psycopg://hedui:{password}@127.0.0.1:{one.database_port}/hedui"
    own = Settings(home=state, ledger_url=url, audit_head_file=head, environment="production", **keys)  # type: ignore[arg-type]
    app = run.app_of(own)
    return Served(f"http://127.0.0.1:{one.workbench_port}", PASSWORD, app.state.house, app)


def state_files(one: Profile) -> set[Path]:
    return {path for path in (one.folder / "shared" / "state").rglob("*") if path.is_file()}


def a_letter_is_issued(office: Office) -> None:
    office.closes_adversely()
    drafted = office.who("analyst").post(f"/cases/{office.case_id}/letters", {"kind": "conclusion"})
    letter = drafted.headers["location"]
    for user_id, act in (("reviewer", "check"), ("issuer", "issue")):
        assert office.who(user_id).post(f"{letter}/{act}", {}).status_code == 303
    made = office.who("issuer").post(f"{letter}/print", {}).content
    kept = letters.get(office.served.house.desk, EVERYWHERE, int(letter.rsplit("/", 1)[1]))
    assert kept is not None
    assert kept.issued is not None
    assert made.startswith(b"%PDF-")
    assert hashlib.sha256(made).hexdigest() == kept.issued.sha256


def an_export_is_made(office: Office) -> None:
    supervisor = office.who("supervisor")
    assert supervisor.post("/exports", {"view": "all", "reason": "季度检查"}).status_code == 303
    until = time.monotonic() + PATIENCE_SECONDS
    while not (taking := re.search(r'action="(/exports/\d+/file)"', supervisor.get("/exports").text)):
        assert time.monotonic() < until, "the worker made no export"
        time.sleep(0.5)
    assert supervisor.post(taking[1], {}).content.startswith(b"PK")
