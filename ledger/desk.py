"""The workbench's door to the ledger: every transaction that concerns households carries a scope."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, QueuePool, text
from sqlalchemy.exc import DBAPIError

from core.settings import Settings
from ledger.refusals import refusals
from ledger.row_security import ROLE
from ledger.run import Ledger, at_most, engine_of, open_ledger
from ledger.scope import Scope

T = TypeVar("T")
POOL = 16
NOWHERE = Scope(())


@dataclass(frozen=True)
class Scoped:
    """An open transaction that sees the regions of its scope only."""

    connection: Connection
    scope: Scope
    settings: Settings


class Desk:
    """The ledger as people at desks reach it; `ledger` is the same database for what has no region.

    On PostgreSQL every statement runs as the role `hedui_workbench`, whatever the login, so that a transaction
    without a scope sees no household at all; in production it is that role's own login, which can become no other.
    SQLite has the scope in every query, and nothing beneath it.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.settings = ledger.settings
        self._of_thread = threading.local()

    def close(self) -> None:
        """Give the database's connections back; the desk may be used again and opens new ones."""
        self.ledger.engine.dispose()

    @contextmanager
    def read(self, scope: Scope) -> Iterator[Scoped]:
        """One snapshot of the ledger, within the scope.

        Within another read of the thread it sees that one's snapshot, and gives it its scope back at the end.
        """
        within, outer = self.ledger.is_read_here, getattr(self._of_thread, "scope", NOWHERE)
        with self.ledger.read() as connection:
            known = within and scope == outer
            scoped = Scoped(connection, scope, self.settings) if known else self._scoped(connection, scope)
            self._of_thread.scope = scope
            try:
                yield scoped
            finally:
                self._of_thread.scope = outer
                if within and not known:
                    with suppress(DBAPIError):  # a transaction that failed reads nothing more
                        self._scoped(connection, outer)

    def write_all(self, scope: Scope, where: str, fn: Callable[[Scoped], T]) -> T:
        """Run `fn` in one write transaction within the scope; `where` names the case in refusals.

        Raises:
            OperatorError: the database refused it, or was busy throughout.
        """
        with refusals(where):
            return self.ledger.write_all(lambda connection: fn(self._scoped(connection, scope)))

    def _scoped(self, connection: Connection, scope: Scope) -> Scoped:
        if connection.dialect.name == "postgresql":
            setting = {"scope": scope.as_setting()}
            connection.execute(text("select set_config('hedui.scope', :scope, true)"), setting)
        return Scoped(connection, scope, self.settings)


def open_desk(settings: Settings, *, statement_seconds: float | None = None) -> Desk:
    """The workbench's door, on a ledger migrated to the newest schema, by the login of `desk_url` where one is set.

    `statement_seconds`: PostgreSQL ends a statement that takes longer (`ledger.run.too_slow`), and its transaction with
    it; waiting for another writer is not counted.

    Raises:
        OperatorError: the database cannot be reached.
    """
    if settings.desk_url is not None:
        settings = settings.model_copy(update={"ledger_url": settings.desk_url})
    ledger = open_ledger(settings)
    options: dict[str, Any] = {"poolclass": QueuePool, "pool_size": POOL, "max_overflow": 4}
    if ledger.engine.dialect.name == "postgresql":
        told = f"-c role={ROLE}" + (f" {at_most(statement_seconds)}" if statement_seconds else "")
        options |= {"pool_pre_ping": True, "connect_args": {"options": told}}
    engine = engine_of(ledger.engine.url, **options)
    return Desk(Ledger(settings, engine, statement_seconds=statement_seconds))
