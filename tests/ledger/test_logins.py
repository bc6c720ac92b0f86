"""The ledger's logins beside its owner: every table is thought of, and an installation with one login needs none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.errors import OperatorError
from core.settings import Settings
from ledger import audited_records
from ledger.desk import open_desk
from ledger.logins import AUDITOR_RIGHTS, CLOSED_TO_PIPELINE, PIPELINE_RIGHTS
from ledger.run import migrate_ledger, open_ledger
from ledger.schema import metadata
from ledger.scope import Scope

ONE_LOGIN, GUEST, DATABASE = "hedui_developer", "hedui_guest", "hedui_of_one_login"


@pytest.fixture
def of_one_login(postgres_server: Path, tmp_path: Path) -> Iterator[Settings]:
    """A database of a login that may make neither roles nor databases, as a developer's often is."""
    with psycopg.connect(host=str(postgres_server), user="hedui", dbname="postgres", autocommit=True) as connection:
        if connection.execute("select from pg_roles where rolname = 'hedui_workbench'").fetchone() is None:
            connection.execute("create role hedui_workbench nologin")
        for login in (ONE_LOGIN, GUEST):
            connection.execute(f"create role {login} login".encode())
        connection.execute(f"grant hedui_workbench to {ONE_LOGIN}".encode())
        connection.execute(f"create database {DATABASE} owner {ONE_LOGIN}".encode())
        yield Settings(home=tmp_path, ledger_url=f"postgresql+psycopg://{ONE_LOGIN}@/{DATABASE}?host={postgres_server}")
        connection.execute(f"drop database {DATABASE} (force)".encode())
        connection.execute(f"drop role {ONE_LOGIN}, {GUEST}".encode())


def test_every_table_is_open_or_closed_to_the_pipeline_by_a_word_of_ours() -> None:
    tables = set(metadata.tables) | {"alembic_version"}
    assert PIPELINE_RIGHTS.keys() | CLOSED_TO_PIPELINE == tables
    assert not PIPELINE_RIGHTS.keys() & CLOSED_TO_PIPELINE
    assert AUDITOR_RIGHTS.keys() <= tables


def test_a_single_login_migrates_works_and_serves_people(of_one_login: Settings) -> None:
    assert migrate_ledger(of_one_login) is not None
    ledger = open_ledger(of_one_login)
    assert audited_records.comparable(ledger)
    desk = open_desk(of_one_login)
    with desk.read(Scope(("21",))) as scoped:
        assert scoped.connection.execute(text("select current_user")).scalar() == "hedui_workbench"
    assert not audited_records.comparable(desk.ledger)
    desk.close()


def test_people_come_by_the_desks_own_login_where_one_is_set(of_one_login: Settings) -> None:
    elsewhere = of_one_login.model_copy(
        update={"ledger_url": f"sqlite:///{of_one_login.home}/other.sqlite", "desk_url": of_one_login.ledger_url}
    )
    desk = open_desk(elsewhere)
    assert desk.ledger.engine.url.database == DATABASE
    assert not (of_one_login.home / "other.sqlite").exists()
    desk.close()


def test_who_does_not_own_a_ledger_does_not_make_one(of_one_login: Settings) -> None:
    url = str(of_one_login.ledger_url).replace(ONE_LOGIN, GUEST)
    guest = of_one_login.model_copy(update={"ledger_url": url})
    for made in (False, True):
        if made:
            open_ledger(of_one_login)
        with pytest.raises(OperatorError, match=r"ledger\.schema") as refused:
            open_ledger(guest)
        assert "hedui migrate" in str(refused.value)
