"""The workbench and its worker as docker/compose.yml starts them, in production, on a real PostgreSQL, over a night."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.settings import Settings
from ledger import letters
from ledger.case_words import Role
from ledger.commission_schema import commissioned_check
from tests.docker.nights import a_night_was_published
from tests.docker.profile_by_hand import Profile, profile
from tests.docker.test_production_profile import no_secret_was_said
from tests.workbench.office import EVERYWHERE, Office
from tests.workbench.served import Served, asked_of_a_wage
from tests.workbench.signing_in import Browserless
from workbench import run
from workbench.accounts import SECURITY, SYSTEM

PASSWORD = "twelve letters and more"
PEOPLE = (Role.ANALYST, Role.REVIEWER, Role.ISSUER, Role.SUPERVISOR, Role.AUDITOR)
COMMUNITY = "210106004001"
PATIENCE_SECONDS = 180


@pytest.mark.slow
def test_the_services_of_production_close_a_case_issue_a_letter_make_an_export_and_look_at_who_applies(
    tmp_path: Path,
) -> None:
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
        a_household_that_applies_is_looked_at(one, office)
        the_auditor_is_told_what_was_not_compared(office)
        a_backup_makes_the_installation_again(one)
        office.served.house.desk.close()
        one.told("migrate", "hedui", "audit", "verify")
        assert one.said("migrate").count("✓ the chain is whole") == 2
        statuses = {service: one.stop(service) for service in ("worker", "workbench")}
        assert set(statuses.values()) == {0}, statuses
        no_secret_was_said(one)


def served_by(one: Profile) -> Served:
    """The service that runs, and the same ledger and runs to look at from here."""
    state, login = one.folder / "shared" / "state", "hedui_workbench"
    keys = {f"{name}_key_file": one.secrets / f"hedui_{name}_key" for name in ("master", "audit")}
    head = one.folder / "shared" / "audit" / "head.json"
    url = f"postgresql+psycopg://{login}:{one.password(login)}@127.0.0.1:{one.database_port}/hedui"
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
    taking = comes(supervisor, "/exports", r'action="(/exports/\d+/file)"')
    assert supervisor.post(taking, {}).content.startswith(b"PK")


def a_backup_makes_the_installation_again(one: Profile) -> None:
    """Made while people go on working, by the service that an operator's clock starts; restored beside it."""
    one.run("backup")
    [backup], [keys] = list(one.backups.iterdir()), list(one.backup_keys.iterdir())
    assert backup.name == keys.stem
    made = one.asked("postgres", "create database again owner hedui_owner")
    assert made.returncode == 0, made.stderr
    empty, passphrase = one.folder / "again", one.secrets / "hedui_backup_passphrase"
    places = {f"HEDUI_{name.upper()}_KEY_FILE": str(empty / "keys" / f"{name}.key") for name in ("master", "audit")}
    places |= {"HEDUI_HOME": str(empty), "HEDUI_AUDIT_HEAD_FILE": str(empty / "head.json")}
    login = {"PGPASSWORD": one.password("hedui_owner")}
    url = f"postgresql+psycopg://hedui_owner@127.0.0.1:{one.database_port}/again"
    told = ["hedui", "restore", backup, "--keys", keys, "--passphrase-file", passphrase]
    one.told("backup", *told, HEDUI_LEDGER_URL=url, **places, **login)
    assert "the chain is whole" in one.said("backup")
    decided = "select count(*) from decision"
    assert one.asked("hedui_owner", decided, database="again").stdout == one.asked("hedui_owner", decided).stdout != "0"


def a_household_that_applies_is_looked_at(one: Profile, office: Office) -> None:
    """委托核对: taken in over HTTP, looked at by the worker with the pipeline's login, read over HTTP."""
    person, analyst = asked_of_a_wage(office.served), office.who("analyst")
    days = {"signed_date": "2026-06-10", "valid_from_date": "2026-06-10", "valid_to_date": "2026-12-31"}
    fields = {"purpose": "application", "document": "铁东民函〔2026〕12号", "region_code": COMMUNITY}
    fields |= {"as_of": "2026-06-20", "hukou_type": "urban", "1-relation": "head", "1-applies": "on"}
    fields |= {f"1-{name}": person[name] for name in ("name", "id_number")}
    fields |= {f"1-{name}": day for name, day in days.items()}
    fields |= {"1-person_class": "ordinary", "1-signer": "self", "1-scope-tax_withholding": "on"}
    taken = analyst.post("/checks/new", fields)
    assert taken.status_code == 303, taken.text[:2000]
    page = taken.headers["location"]
    comes(analyst, page, r'data-question="(\w+)"')
    told = analyst.get(page).text
    assert "没有授权" in told
    assert not [word for word in (person["name"], person["id_number"]) if word in told + one.said("worker")]
    assert office.who("reviewer").get(page).status_code == 200
    with office.served.house.desk.ledger.read() as connection:  # nobody's login without a scope sees that it was asked
        assert connection.execute(select(func.count()).select_from(commissioned_check)).scalar() == 0
    counted = one.asked("hedui_owner", "select by_whom, count(*) from commissioned_check_event group by by_whom").stdout
    assert counted.strip() == "commissioned_check|3"


def the_auditor_is_told_what_was_not_compared(office: Office) -> None:
    """Pages see regions only: the workbench's login cannot say that no decision is missing, and does not."""
    verified = office.who("auditor").post("/audit/verify", {}).text
    assert 'class="banner good"' in verified
    assert "data-uncompared" in verified


def comes(who: Browserless, page: str, sign: str) -> str:
    """What a page says once the worker has done what was asked for."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := re.search(sign, (told := who.get(page)).text)):
        assert told.status_code == 200
        assert time.monotonic() < until, f"the worker did nothing for {page}"
        time.sleep(0.5)
    return found[1]
