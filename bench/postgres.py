"""A PostgreSQL server of one's own, from the machine's programs: for measuring and for tests, removed afterwards."""

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
    """The newest PostgreSQL server programs of this machine.

    Raises:
        RuntimeError: there are none.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL's server programs are missing: install the Debian package 'postgresql-15'")
    return found[-1].parent


@contextmanager
def server(*, durable: bool = False) -> Iterator[Path]:
    """A running server, reached by a socket in the folder it gives; stopped and removed after.

    `durable`: it waits for the disk at every commit, as an installation's does; a test has nothing to keep.

    Raises:
        RuntimeError: it did not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="hedui-postgres-"))
    unprivileged = _unprivileged(folder)
    bin_folder, data = binaries(), folder / "data"
    initdb: list[str | Path] = [
        bin_folder / "initdb",
        "-D",
        data,
        "-U",
        "hedui",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    options = f"-k {folder} -c listen_addresses='' -c fsync={'on' if durable else 'off'} -c max_connections=100"
    control: list[str | Path] = [bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
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


def _unprivileged(folder: Path) -> list[str | Path]:
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
