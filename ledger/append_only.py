"""Triggers that make "nothing edited" a property of the database, not of our good intentions."""

from __future__ import annotations

from alembic import op

_ERASES_ONLY = (
    "new.wrapped is null and new.erased_at is not null and old.wrapped is not null"
    " and new.key_id = old.key_id and new.created_at = old.created_at"
)


def prepare() -> None:
    """PostgreSQL needs a function that its triggers call."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function ledger_refuse() returns trigger language plpgsql as"
            " $$ begin raise exception 'the ledger is append-only: % on %', tg_op, tg_table_name; end $$"
        )


def protect(*tables: str) -> None:
    """Refuse every update and delete on these tables."""
    for table in tables:
        _refuse(table, "update", "")
        _refuse(table, "delete", "")


def protect_keys() -> None:
    """A data key may be erased once, and neither changed, restored nor forgotten."""
    _refuse("data_key", "update", f"when (not ({_ERASES_ONLY}))")
    _refuse("data_key", "delete", "")


def forget() -> None:
    """Take PostgreSQL's function away again; triggers go with their tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function ledger_refuse()")


def _refuse(table: str, action: str, condition: str) -> None:
    head = f'create trigger {table}_no_{action} before {action} on "{table}" for each row {condition}'
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{head} execute function ledger_refuse()")
    else:
        op.execute(f"{head} begin select raise(abort, 'the ledger is append-only: {action} on {table}'); end")
