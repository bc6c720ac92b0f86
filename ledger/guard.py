"""Guards: what the database itself refuses, written once for SQLite and PostgreSQL.

A guard is a condition in the SQL both speak, over `new` and `old`; where it holds, the statement fails with
`hedui:<code>: <words>`, which `ledger.refusals` turns into an error for people. `{today}` is the day at the centre by
the database's clock, days are added with `plus`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alembic import op


@dataclass(frozen=True)
class Guard:
    """One refusal: the code, the words, and the condition under which a row is refused."""

    code: str
    words: str
    refused_when: str


def guard(name: str, table: str, action: str, guards: Sequence[Guard]) -> None:
    """Refuse an insert or update of `table` when any of the guards holds, the first one first."""
    if _postgres():
        tests = "\n".join(
            f"if {_spoken(one.refused_when)} then raise exception 'hedui:{one.code}: {one.words}'; end if;"
            for one in guards
        )
        _function(name, f"{tests} return {'old' if action == 'delete' else 'new'};")
        op.execute(f'create trigger {name} before {action} on "{table}" for each row execute function {name}()')
        return
    tests = "\n".join(
        f"select raise(abort, 'hedui:{one.code}: {one.words}') where {_spoken(one.refused_when)};" for one in guards
    )
    op.execute(f'create trigger {name} before {action} on "{table}" for each row begin {tests} end')


def consequence(name: str, table: str, action: str, statement: str, *, when: str, as_owner: bool = False) -> None:
    """Let the database itself carry out `statement` after an insert or update where `when` holds.

    `as_owner`: on PostgreSQL with the rights of the ledger's owner, so that whoever caused it needs none there.
    """
    if _postgres():
        _function(name, f"{statement}; return null;", " security definer set search_path = public" if as_owner else "")
        head = f'create trigger {name} after {action} on "{table}" for each row when ({when})'
        op.execute(f"{head} execute function {name}()")
        return
    op.execute(f'create trigger {name} after {action} on "{table}" for each row when {when} begin {statement}; end')


def keep(*tables: str) -> None:
    """Refuse every delete on tables whose rows may change in guarded ways only."""
    for table in tables:
        guard_delete = f'create trigger {table}_no_delete before delete on "{table}" for each row'
        if _postgres():
            op.execute(f"{guard_delete} execute function ledger_refuse()")
        else:
            op.execute(f"{guard_delete} begin select raise(abort, 'the ledger is append-only: delete on {table}'); end")


def release(name: str, table: str) -> None:
    """Drop a trigger, and on PostgreSQL its function, from a table that stays."""
    op.execute(f'drop trigger {name} on "{table}"' if _postgres() else f"drop trigger {name}")
    unguard(name)


def unguard(*names: str) -> None:
    """Drop the functions of PostgreSQL's triggers, after their tables are gone."""
    if _postgres():
        for name in names:
            op.execute(f"drop function {name}()")


def plus(day: str, days: str) -> str:
    """The day `days` after `day`, in the words of the database at hand."""
    return f"({day} + {days})" if _postgres() else f"date({day}, '+' || ({days}) || ' days')"


def today() -> str:
    """The day at the centre by the database's clock."""
    return "(now() at time zone 'Asia/Shanghai')::date" if _postgres() else "date('now', '+8 hours')"


def fixed(*columns: str) -> str:
    """A condition: one of these columns is about to change."""
    return " or ".join(f'new."{one}" is distinct from old."{one}"' for one in columns)


def _spoken(condition: str) -> str:
    return condition.replace("{today}", today())


def _function(name: str, body: str, how: str = "") -> None:
    op.execute(f"create function {name}() returns trigger language plpgsql{how} as $$ begin {body} end $$")


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
