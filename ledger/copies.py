"""A copy of the whole ledger, consistent while others write, and a ledger made again from it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, inspect, make_url, text

from core.errors import OperatorError
from core.settings import Settings
from ledger.logins import MAKE_LOGINS
from ledger.row_security import MAKE_ROLE

SQLITE, POSTGRES = "ledger.sqlite", "ledger.dump"


def copy_to(settings: Settings, folder: Path) -> Path:
    """Copy the ledger into the folder as it stands at one instant; the file.

    SQLite's backup interface copies beside writers; `pg_dump` reads one snapshot of PostgreSQL.

    Raises:
        OperatorError: the database cannot be read, or PostgreSQL's client programs are missing.
    """
    url = make_url(settings.ledger)
    if url.get_backend_name() == "sqlite":
        target = folder / SQLITE
        source = sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("pragma journal_mode = delete")
        return target
    target = folder / POSTGRES
    _run("pg_dump", ["--format=custom", "--no-owner", f"--file={target}"], url)
    return target


def load_from(settings: Settings, file: Path) -> None:
    """Make the ledger again from its copy, in a database that holds none.

    Raises:
        OperatorError: there is a ledger already, the copy is of the other database, or it cannot be loaded.
    """
    url = make_url(settings.ledger)
    kind = POSTGRES if url.get_backend_name() == "postgresql" else SQLITE
    if file.name != kind:
        raise OperatorError(
            "restore.database",
            f"the copy is {file.name}, the ledger here is {kind}",
            where="HEDUI_LEDGER_URL",
            todo="set it to a database of the same kind",
        )
    if kind == SQLITE:
        target = Path(str(url.database))
        if target.exists():
            raise _not_empty(str(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        return
    engine = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        if inspect(connection).get_table_names():
            raise _not_empty(url.render_as_string(hide_password=True))
        connection.execute(text(MAKE_ROLE))
        connection.execute(text(MAKE_LOGINS))
    options = ["--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={url.database}"]
    _run("pg_restore", [*options, str(file)], url)


def _run(program: str, arguments: list[str], url: URL) -> None:
    host = url.host or url.query.get("host")
    said = {"PGHOST": host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    environment = {**os.environ, "PGDATABASE": str(url.database)}
    environment |= {name: str(value) for name, value in said.items() if value}
    done = subprocess.run(
        [_found(program), *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:  # what the program says may quote a row
        raise OperatorError(
            "backup.database",
            f"{program} ended with {done.returncode} after {len(done.stderr.splitlines())} lines of complaint",
            where=url.render_as_string(hide_password=True),
            todo=f"run {program} by hand on this database and mend what it names",
        )


def _found(program: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda one: int(one.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise OperatorError(
            "backup.program", f"{program} is not installed", where="PATH", todo="install PostgreSQL's client programs"
        )
    return found


def _not_empty(where: str) -> OperatorError:
    return OperatorError("restore.not_empty", "there is a ledger already", where=where, todo="name an empty place")
