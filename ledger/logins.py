"""Who logs in to a ledger on PostgreSQL beside its owner, and what each may do there.

The rights are laid after every migration, for the logins that there are: an installation with a single login has none
of them, and its owner does everything. What the workbench's login may do stands in the migrations, with its regions
(`ledger.row_security`).
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

PIPELINE = "hedui_pipeline"
AUDITOR = "hedui_auditor"
READS, APPENDS, TURNS, KEEPS = "select", "select, insert", "select, update", "select, insert, update"

PIPELINE_RIGHTS = {
    **dict.fromkeys(("audit_entry", "case_event", "commissioned_check_event", "delivery", "delivery_event"), APPENDS),
    **dict.fromkeys(("delivery_health", "extract", "feed_event", "finding_advance", "finding_event"), APPENDS),
    **dict.fromkeys(("household", "household_case", "household_presence", "membership", "person"), APPENDS),
    **dict.fromkeys(("person_id", "person_name", "run", "run_event", "subject_event"), APPENDS),
    **dict.fromkeys(("subject_resolution", "subject_set"), APPENDS),
    # Cases follow the night, and a key's erasure blanks the members of its household's cases.
    **dict.fromkeys(("case_", "case_member", "data_key", "flag"), KEEPS),
    "job": TURNS,
    # What the guards of a case ask when the night moves it, and by what a rule's precision is counted.
    **dict.fromkeys(("decision", "field_check", "flag_verdict", "household_reply", "notice", "notice_proof"), READS),
    # Budgets release cases, verdicts join persons, exports whose hours are over lose their key, checks are looked at.
    **dict.fromkeys(("alembic_version", "case_budget", "commissioned_check", "export", "identity_verdict"), READS),
}
"""What the doors of the night and the worker of commissioned checks may do; every other table is closed to them."""

CLOSED_TO_PIPELINE = frozenset(
    {
        *("account_link", "app_user", "oidc_return", "policy_report", "role_grant", "saved_filter", "session"),
        *("case_comment", "export_reveal", "letter", "letter_contents", "letter_counter", "letter_event"),
        *("objection", "objection_answer", "reveal"),
        "case_rule",
    }
)
"""Accounts, what people do with a household in person, and what the database itself keeps as its owner."""

AUDITOR_RIGHTS = {"alembic_version": READS, "audit_entry": READS}

_RIGHTS = {PIPELINE: PIPELINE_RIGHTS, AUDITOR: AUDITOR_RIGHTS}
_RESTRICTED = "select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace"
_POLICIES = "select policyname from pg_policies where schemaname = 'public'"
_NUMBERS = "select pg_get_serial_sequence(format('public.%I', table_name), column_name) from information_schema.columns"
_THERE = "select rolname from pg_roles where rolname = any(:names)"

MAKE_LOGINS = "\n".join(
    [
        "do $$ begin if not (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) then return;",
        "end if;",
        *(
            f"if not exists (select from pg_roles where rolname = '{name}') then create role {name} nologin; end if;"
            for name in _RIGHTS
        ),
        "end $$",
    ]
)
"""The roles a copy of a ledger may name, made where they may be made: what is restored names them in its rights."""


def lay_rights(engine: Engine) -> None:
    """Give every login that exists exactly its rights, in one transaction; to be done by the ledger's owner."""
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        for login in connection.execute(text(_THERE), {"names": list(_RIGHTS)}).scalars().all():
            _lay(connection, login, _RIGHTS[login])


def sees_all(connection: Connection, *tables: str) -> bool:
    """Whether this connection reads every row of these tables: whoever does not, cannot say that one is missing."""
    if connection.dialect.name != "postgresql":
        return True
    query = "select bool_and(has_table_privilege(one, 'select') and not row_security_active(one)) from unnest({}) one"
    return bool(connection.execute(text(query.format("cast(:tables as text[])")), {"tables": list(tables)}).scalar())


def _lay(connection: Connection, login: str, rights: dict[str, str]) -> None:
    for everything in ("tables", "sequences"):
        connection.execute(text(f"revoke all on all {everything} in schema public from {login}"))
    connection.execute(text(f"grant usage on schema public to {login}"))
    for table, words in rights.items():
        connection.execute(text(f'grant {words} on "{table}" to {login}'))
    counted = f"{_NUMBERS} where table_schema = 'public' and column_name = 'sequence' and table_name = any(:tables)"
    appended = [table for table, words in rights.items() if "insert" in words]
    for number in connection.execute(text(counted), {"tables": appended}).scalars().all():
        if number is not None:
            connection.execute(text(f"grant usage on sequence {number} to {login}"))
    policies = set(connection.execute(text(_POLICIES)).scalars())
    for table in sorted(set(connection.execute(text(_RESTRICTED)).scalars()) & rights.keys()):
        name = f"{table}_of_{login.removeprefix('hedui_')}"
        if name not in policies:  # a region is the workbench's bound: the night goes over all of them
            connection.execute(text(f'create policy {name} on "{table}" to {login} using (true) with check (true)'))
