"""A real PostgreSQL for the tests of the production profile: one server per test session, one database per test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

NOBODY = 65534
_numbers = count(1)


def binaries() -> Path:
    """The newest PostgreSQL server programs of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL's server programs are missing: install the Debian package 'postgresql-15'")
    return found[-1].parent


@contextmanager
def server() -> Iterator[Path]:
    """A running server without durability, reached by a socket in the folder it gives; stopped and removed after."""
    folder = Path(tempfile.mkdtemp(prefix="hedui-postgres-"))
    unprivileged = _unprivileged(folder)
    bin_folder, data = binaries(), folder / "data"
    initdb = [bin_folder / "initdb", "-D", data, "-U", "hedui", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    control = [bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    try:
        _run([*unprivileged, *initdb, "--no-sync"])
        _run([*unprivileged, *control, "-o", options, "start"])
        try:
            yield folder
        finally:
            _run([*unprivileged, *control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def new_database(folder: Path) -> str:
    """An empty database on the server of `folder`, as an SQLAlchemy URL."""
    name = f"hedui_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(host=str(folder), user="hedui", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return f"postgresql+psycopg://hedui@/{name}?host={folder}"


def emptied_database(folder: Path) -> str:
    """The session's own database with nothing in it: quicker than a new one for every test."""
    with psycopg.connect(host=str(folder), user="hedui", dbname="postgres", autocommit=True) as connection:
        connection.execute(b"drop schema public cascade")
        connection.execute(b"create schema public")
    return f"postgresql+psycopg://hedui@/postgres?host={folder}"


def _unprivileged(folder: Path) -> list[str]:
    """initdb refuses root, so root hands the folder to nobody and becomes nobody."""
    if os.geteuid() != 0:
        return []
    os.chown(folder, NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _run(command: list[str | Path]) -> None:
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, stdout=said, stderr=said, check=False)
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{command} failed: {said.read().decode()}")
