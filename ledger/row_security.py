"""Row-level security on PostgreSQL: the workbench acts as a role that sees the regions of its transaction only.

`hedui.scope` is set within each transaction. Outside one it is absent or, on a pooled connection that had it before,
the empty text: both give no prefix, and a row without prefix is nobody's. (A policy that only compares with
`like setting || '%'` would show everything there.)
"""

# ruff: noqa: S608  table and column names are our own

from __future__ import annotations

from alembic import op

ROLE = "hedui_workbench"
_SCOPE = """create function hedui_scope() returns text[] language sql stable as $$
select coalesce(array_agg(prefix), '{}')
from unnest(string_to_array(coalesce(current_setting('hedui.scope', true), ''), ' ')) as prefix
where prefix ~ '^[0-9]{2,12}$' $$"""
MAKE_ROLE = f"""do $$ begin
if not exists (select from pg_roles where rolname = '{ROLE}') then create role {ROLE} nologin; end if;
if not exists (select from pg_roles where rolname = '{ROLE}' and rolcanlogin)
and not pg_has_role(current_user, '{ROLE}', 'member') then execute format('grant {ROLE} to %I', current_user); end if;
end $$"""
"""Where the role is a login of its own the workbench comes by that one, and the owner need not become it."""


def begin() -> None:
    """The role and the scope function; the role must exist already where the ledger's owner may not create roles."""
    if _postgres():
        op.execute(MAKE_ROLE)
        op.execute(_SCOPE)
        op.execute(f"grant usage on schema public to {ROLE}")


def open_to_workbench(*tables: str, change: bool = False, read: bool = True) -> None:
    """Let the workbench append to these tables (and read them), and change rows where `change`."""
    if _postgres():
        rights = ", ".join([*(["select"] if read else []), "insert", *(["update"] if change else [])])
        for table in tables:
            op.execute(f'grant {rights} on "{table}" to {ROLE}')


def show_to_workbench(*tables: str) -> None:
    """Let the workbench read these tables."""
    if _postgres():
        for table in tables:
            op.execute(f'grant select on "{table}" to {ROLE}')


def restrict_region(table: str, column: str) -> None:
    """Rows of `table` are seen, added and changed only where `column` begins with a prefix of the scope.

    `coalesce` also keeps the planner from taking the bare comparison for a rare one and sorting a whole county.
    """
    _policy(table, f"coalesce({column} ^@ any ((select hedui_scope())::text[]), false)")


def restrict_with(table: str, column: str, parent: str, key: str) -> None:
    """Rows of `table` are seen and added only where the row of `parent` they belong to is seen."""
    _policy(table, f'exists (select 1 from "{parent}" p where p."{key}" = "{table}"."{column}")')


def grant_sequences() -> None:
    """Let the workbench count the rows it appends."""
    if _postgres():
        op.execute(f"grant usage on all sequences in schema public to {ROLE}")


def end() -> None:
    """Take all rights of the role in this database away; the role itself may serve other databases."""
    if _postgres():
        op.execute(f"revoke all on all tables in schema public from {ROLE}")
        op.execute(f"revoke all on all sequences in schema public from {ROLE}")
        op.execute(f"revoke all on schema public from {ROLE}")
        op.execute("drop function hedui_scope()")


def _policy(table: str, seen: str) -> None:
    if _postgres():
        op.execute(f'alter table "{table}" enable row level security')
        op.execute(f'create policy {table}_of_region on "{table}" to {ROLE} using ({seen}) with check ({seen})')


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
