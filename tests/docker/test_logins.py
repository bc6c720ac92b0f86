"""The ledger's logins as production makes them, on a real PostgreSQL: what each may do works, all else is refused."""

# ruff: noqa: S608  what is asked is made of our own words only

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.logins import AUDITOR_RIGHTS, PIPELINE_RIGHTS
from ledger.schema import metadata
from tests.docker.nights import a_night_was_published
from tests.docker.profile_by_hand import LOGINS, Profile, profile

pytestmark = pytest.mark.slow
DECISION = "insert into decision select * from decision"
EVERYONE = (
    "set role hedui_owner",
    "set role postgres",
    "set session authorization hedui_owner",
    "set session_replication_role = replica",
    "alter role current_user superuser",
    "create table mine (one int)",
    "create temporary table mine (one int)",
    "alter table audit_entry disable trigger all",
    "drop trigger audit_entry_no_delete on audit_entry",
    "alter table case_ disable row level security",
    "alter table case_ no force row level security",
    "create policy everything on case_ using (true)",
    "create or replace function ledger_refuse() returns trigger language plpgsql as 'begin return old; end'",
    "update audit_entry set act = ''",
    "delete from audit_entry",
    "truncate audit_entry",
    "update decision set note = ''",
    "delete from decision",
    "truncate decision cascade",
    "delete from reveal",
    "update reveal set reason_code = ''",
    "delete from export_reveal",
    "delete from case_",
    "delete from data_key",
    "update alembic_version set version_num = ''",
)
ALONE = {
    "hedui_pipeline": (
        *("set role hedui_workbench", "set role hedui_auditor", DECISION, "insert into flag_verdict values (1, 1, '')"),
        *(
            "select * from reveal",
            "select * from letter_contents",
            "select * from letter",
            "select * from case_comment",
        ),
        *("select * from app_user", "select * from session", "select * from role_grant", "select * from objection"),
        *("insert into role_grant select * from role_grant", "insert into commissioned_check (document) values ('')"),
        *("insert into identity_verdict (verdict) values ('same')", "insert into case_budget (cases) values (0)"),
        *("insert into job (kind) values ('export')", "insert into notice (case_id) values (1)"),
        *("update run set kind = ''", "update delivery set sha256 = ''", "update export set clear = true"),
    ),
    "hedui_workbench": (
        *(
            "set role hedui_pipeline",
            "set role hedui_auditor",
            "select * from person_name",
            "select * from subject_resolution",
        ),
        *("insert into run select * from run", "insert into delivery select * from delivery"),
        *("insert into extract select * from extract", "update data_key set wrapped = null"),
        *("select * from subject_event", "insert into person_id select * from person_id"),
    ),
    "hedui_auditor": (
        *("set role hedui_pipeline", "set role hedui_workbench", "insert into audit_entry select * from audit_entry"),
        *(f'select * from "{table}"' for table in sorted(metadata.tables.keys() - {"audit_entry"})),
    ),
}
REFUSED = [(login, act) for login, acts in ALONE.items() for act in (*EVERYONE, *acts)]
OWNER = (
    *(f"set role {login}" for login in LOGINS[1:]),
    *("set session_replication_role = replica", "create role other", "alter role hedui_owner bypassrls"),
    *("delete from audit_entry", "update run set kind = ''", "copy audit_entry to program 'true'"),
)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """The profile after one night, which the scheduler's login made."""
    with profile(tmp_path_factory.mktemp("logins")) as made:
        made.run("migrate")
        a_night_was_published(made)
        yield made


def counted(one: Profile, login: str, query: str) -> int:
    answer = one.asked(login, query)
    assert answer.returncode == 0, answer.stderr
    return int(answer.stdout)


@pytest.mark.parametrize(("login", "act"), [*REFUSED, *(("hedui_owner", act) for act in OWNER)])
def test_what_a_login_need_not_do_the_database_refuses_it(one: Profile, login: str, act: str) -> None:
    answer = one.asked(login, act)
    assert answer.returncode != 0, act
    assert any(why in answer.stderr for why in ("permission denied", "must be", "append-only")), answer.stderr


def test_the_refusals_are_of_tables_that_hold_something(one: Profile) -> None:
    for table in ("audit_entry", "case_", "data_key", "person_name", "run", "delivery", "extract"):
        assert counted(one, "hedui_owner", f'select count(*) from "{table}"') > 0, table


def test_the_workbenchs_login_sees_the_cases_of_its_scope_and_without_one_none(one: Profile) -> None:
    every = counted(one, "hedui_owner", "select count(*) from case_")
    assert counted(one, "hedui_workbench", "select count(*) from case_") == 0
    for prefix in ("210106003", "2101", "33"):
        within = counted(one, "hedui_owner", f"select count(*) from case_ where region_code like '{prefix}%'")
        scoped = f"set hedui.scope = '{prefix}'; select count(*) from case_"
        assert counted(one, "hedui_workbench", scoped) == within
        assert within == {"33": 0, "2101": every}.get(prefix, within)
    assert counted(one, "hedui_pipeline", "select count(*) from case_") == every


def test_no_login_is_privileged_or_a_member_of_another_or_enters_another_database(one: Profile) -> None:
    privileged = "rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication"
    for login in (*LOGINS, "airflow"):
        assert one.asked(login, "select 1", database="postgres").returncode != 0
        other = "hedui" if login == "airflow" else "airflow"
        assert one.asked(login, "select 1", database=other).returncode != 0
    names = ", ".join(f"'{login}'" for login in LOGINS)
    assert one.asked("hedui_owner", f"select rolname from pg_roles where rolname in ({names})").stdout.count("\n") == 4
    marked = f"select count(*) from pg_roles where rolname in ({names}) and ({privileged})"
    assert counted(one, "hedui_owner", marked) == 0
    members = f"select count(*) from pg_auth_members where member::regrole::text in ({names})"
    assert counted(one, "hedui_owner", members) == 0


def test_the_words_of_rights_open_nothing_that_a_login_must_not_reach() -> None:
    assert AUDITOR_RIGHTS == {"alembic_version": "select", "audit_entry": "select"}
    written = {table for table, words in PIPELINE_RIGHTS.items() if words != "select"}
    people = {"decision", "flag_verdict", "notice", "notice_proof", "household_reply", "field_check", "case_budget"}
    assert not written & {*people, "identity_verdict", "commissioned_check", "export", "alembic_version"}
    assert {table for table, words in PIPELINE_RIGHTS.items() if "update" in words} == {
        *("case_", "case_member", "data_key", "flag", "job"),
    }
    assert not [words for words in PIPELINE_RIGHTS.values() if "delete" in words or "truncate" in words]


@pytest.mark.parametrize(("login", "rights"), [("hedui_pipeline", PIPELINE_RIGHTS), ("hedui_auditor", AUDITOR_RIGHTS)])
def test_a_login_has_exactly_the_rights_that_are_written_for_it(
    one: Profile, login: str, rights: dict[str, str]
) -> None:
    query = "select table_name || ':' || string_agg(lower(privilege_type), ', ' order by privilege_type desc)"
    query += f" from information_schema.role_table_grants where grantee = '{login}' group by table_name"
    given = dict(line.split(":") for line in one.asked("hedui_owner", query).stdout.splitlines())
    assert {table: set(words.split(", ")) for table, words in given.items()} == {
        table: set(words.split(", ")) for table, words in rights.items()
    }


def test_the_auditors_login_verifies_the_chain_and_finds_an_entry_that_was_changed(one: Profile) -> None:
    one.run("auditor")
    assert "✓ the chain is whole" in one.said("auditor")
    assert "they were not compared" in one.said("auditor")
    one.told("migrate", "hedui", "audit", "verify")
    assert "they were not compared" not in one.said("migrate")
    changed = (
        "set session_replication_role = replica; update audit_entry set by_whom = by_whom || '{}' where sequence = 1"
    )
    assert one.asked("postgres", changed.format("x")).returncode == 0
    with pytest.raises(AssertionError, match="at entry 1"):
        one.run("auditor")
    undone = changed.replace("by_whom || '{}'", "left(by_whom, -1)")
    assert one.asked("postgres", undone).returncode == 0
    one.run("auditor")


@pytest.mark.parametrize("service", ["scheduler", "workbench", "worker", "auditor"])
def test_who_does_not_own_the_ledger_says_who_must_migrate_it_and_does_not(one: Profile, service: str) -> None:
    newest = one.asked("hedui_owner", "select version_num from alembic_version").stdout.strip()
    older = f"update alembic_version set version_num = '{int(newest) - 1:04d}'"
    assert one.asked("hedui_owner", older).returncode == 0
    try:
        with pytest.raises(AssertionError, match=r"(?s)ledger\.schema.*hedui migrate"):
            one.told(service, "hedui", "feed", "status")
        assert one.asked("hedui_owner", "select version_num from alembic_version").stdout.strip() != newest
    finally:
        one.asked("hedui_owner", older.replace(f"{int(newest) - 1:04d}", newest))
    with pytest.raises(AssertionError, match=r"ledger\.owner"):
        one.told(service, "hedui", "migrate")
