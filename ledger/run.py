"""The ledger's door: open it, migrated; read a snapshot; write one short transaction at a time."""

from __future__ import annotations

import os
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from core.errors import OperatorError
from core.settings import Settings
from ledger.migrate import migrate, to_head

T = TypeVar("T")
BUSY_TIMEOUT_MILLISECONDS = 60_000
ATTEMPTS = 8
AFTER_COMMIT = "hedui_after_commit"  # in `connection.info`: what to do once the transaction stands
CACHE_KIBIBYTES = 65_536
"""Pages a connection may hold: a district's roster is appended without spilling them to the log half done."""
_QUERY_CANCELED = "57014"
_WRITER_LOCK = 0x4865647569  # any number that no one else takes on this PostgreSQL database


class Ledger:
    """One installation's ledger. Cheap to open, safe to share between threads and across forks (no pooled sockets, and
    a forked child leaves its parent's files alone).

    There is one writer at a time on both databases: SQLite by `BEGIN IMMEDIATE`, PostgreSQL by an advisory lock.
    So what a write transaction reads stays true until it commits, and event sequences follow commit order.
    """

    def __init__(self, settings: Settings, engine: Engine, *, statement_seconds: float | None = None) -> None:
        self.settings = settings
        self.engine = engine
        self._statement_seconds = statement_seconds
        self._of_thread = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one snapshot of the ledger and cannot write to PostgreSQL.

        What reads within it in the same thread sees the same snapshot: many small questions open the ledger once.
        """
        if reading := getattr(self._of_thread, "reading", None):
            yield reading
            return
        options: dict[str, Any] = {}
        if self.engine.dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            self._of_thread.reading = connection
            try:
                yield connection
            finally:
                self._of_thread.reading = None

    @property
    def is_read_here(self) -> bool:
        """Whether this thread is within a `read`."""
        return getattr(self._of_thread, "reading", None) is not None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction: all of it or nothing. Prefer `write_all`, which can be retried whole."""
        with self.engine.connect().execution_options(hedui_begin="BEGIN IMMEDIATE") as connection:
            connection.info.pop(AFTER_COMMIT, None)
            with connection.begin():
                if self.engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(self._turn)
                yield connection
            if act := connection.info.pop(AFTER_COMMIT, None):
                act()

    @property
    def _turn(self) -> str:
        """Wait for the writer before: as long as it takes, for a night that is being switched is no slow statement."""
        lock = f"select pg_advisory_xact_lock({_WRITER_LOCK})"
        if self._statement_seconds is None:
            return lock
        return f"set local statement_timeout = 0; {lock}; {at_most(self._statement_seconds, 'set local')}"

    def write_all(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in one write transaction and retry it whole when the database was busy or the server went away.

        Raises:
            OperatorError: still busy after every attempt.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self.write() as connection:
                    return fn(connection)
            except DBAPIError as error:
                if not _passing(error):
                    raise
                time.sleep(random.uniform(0.02, 0.1) * 2**attempt)
        raise OperatorError(
            "ledger.busy",
            f"the ledger stayed locked through {ATTEMPTS} attempts",
            where=make_url(self.settings.ledger).render_as_string(hide_password=True),
            todo="look for a process that holds a write transaction open, end it and run the task again",
        )


def too_slow(error: DBAPIError) -> bool:
    """Whether PostgreSQL ended a statement because it took longer than this ledger lets one take."""
    return getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of this installation, migrated to the newest schema by whoever owns it; many may call this at once.

    Raises:
        OperatorError: the database cannot be reached, or its schema is another and this login may not change it.
    """
    engine = _reached(settings)
    to_head(engine)
    return Ledger(settings, engine)


def migrate_ledger(settings: Settings) -> str | None:
    """Bring the ledger to the newest schema and give each login of its database its rights; the revision.

    Raises:
        OperatorError: the database cannot be reached, or this login does not own the ledger.
    """
    return migrate(_reached(settings))


def _reached(settings: Settings) -> Engine:
    url = make_url(settings.ledger)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        settings.home.mkdir(parents=True, exist_ok=True)
    engine = engine_of(url, **({} if url.get_backend_name() == "sqlite" else {"poolclass": NullPool}))
    try:
        engine.connect().close()
    except OperationalError as error:
        raise OperatorError(
            "ledger.unreachable",
            f"the ledger's database does not answer ({type(error.orig).__name__})",
            where=url.render_as_string(hide_password=True),
            todo="start the database or correct HEDUI_LEDGER_URL",
        ) from None
    return engine


def at_most(seconds: float, how: str = "-c") -> str:
    """PostgreSQL's setting for how long a statement may take, as an option of a connection or as a statement."""
    return f"{how} statement_timeout={seconds * 1000:.0f}"


def engine_of(url: URL, **options: Any) -> Engine:
    """SQLAlchemy's engine on the ledger's database; every transaction begins as this floor wants it."""
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        _KEPT_OPEN.add(engine)
    return engine


_KEPT_OPEN: weakref.WeakSet[Engine] = weakref.WeakSet()
"""Engines that keep connections to SQLite: to open one costs more than most questions, and the last one that closes
folds the log in. A forked child must not use or close its parent's."""


def _leave_to_parent() -> None:
    for engine in list(_KEPT_OPEN):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_leave_to_parent)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIBIBYTES}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("hedui_begin", "BEGIN"))


def _passing(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    said = str(error.orig).lower()
    return isinstance(error, OperationalError) and any(
        sign in said for sign in ("locked", "busy", "deadlock", "could not serialize")
    )
