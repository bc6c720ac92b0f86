"""Migrate the ledger to its newest schema, once, whoever comes first."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from core.errors import OperatorError
from ledger.logins import lay_rights

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x4865647570
_OWNED = """select has_schema_privilege('public', 'create') and coalesce(
(select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass('public.alembic_version')), true)"""


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for this engine; no ini file is read."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def to_head(engine: Engine) -> None:
    """Bring the schema to the newest revision. Processes that come at once wait for the first and find it done.

    Raises:
        OperatorError: the schema is another, and this login does not own it.
    """
    there = _revision(engine)
    if there == _newest():
        return
    if not _owned(engine):
        raise OperatorError(
            "ledger.schema",
            f"the ledger's schema is {there or 'none that this login may read'}, this program's is {_newest()}",
            where=engine.url.render_as_string(hide_password=True),
            todo="run `hedui migrate` of this version with the login that owns the ledger",
        )
    with _one_at_a_time(engine):
        if _revision(engine) != _newest():
            command.upgrade(configuration(engine), "head")
            lay_rights(engine)


def migrate(engine: Engine) -> str | None:
    """`to_head`, and the rights of the logins laid anew, whichever of them were made meanwhile; the revision.

    Raises:
        OperatorError: this login does not own the ledger.
    """
    to_head(engine)
    if not _owned(engine):
        raise OperatorError(
            "ledger.owner",
            "rights are laid by the login that owns the ledger",
            where=engine.url.render_as_string(hide_password=True),
            todo="set HEDUI_LEDGER_URL to that login",
        )
    lay_rights(engine)
    return _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        try:
            return MigrationContext.configure(connection).get_current_revision()
        except ProgrammingError:  # a login that was given no rights yet
            return None


def _owned(engine: Engine) -> bool:
    if engine.dialect.name != "postgresql":
        return True
    with engine.connect() as connection:
        return bool(connection.execute(text(_OWNED)).scalar())


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            yield
        return
    with Path(f"{engine.url.database}.migrating").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
        yield
