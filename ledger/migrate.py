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

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x4865647570


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for this engine; no ini file is read."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def to_head(engine: Engine) -> None:
    """Bring the schema to the newest revision. Processes that come at once wait for the first and find it done."""
    if _revision(engine) == _newest():
        return
    with _one_at_a_time(engine):
        if _revision(engine) != _newest():
            command.upgrade(configuration(engine), "head")


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


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
