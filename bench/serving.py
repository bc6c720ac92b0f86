"""The workbench served by processes of its own, as an installation's is, so that their CPU time is theirs alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from core.settings import Settings

START_SECONDS = 120


@dataclass(frozen=True)
class Serving:
    """A client of what is served, and the processes that serve."""

    client: httpx.Client
    process: psutil.Process
    database: psutil.Process | None

    def cpu_seconds(self) -> tuple[float, float]:
        """CPU of the workbench's processes so far, and of the database's, where it is a server on this machine."""
        return _of_family(self.process), 0.0 if self.database is None else _of_family(self.database)


@contextmanager
def serving(here: Settings, processes: int) -> Iterator[Serving]:
    """`hedui workbench` on a free port until the block ends; in the production profile where it is on PostgreSQL.

    Raises:
        RuntimeError: it did not answer within two minutes.
    """
    port = _free_port()
    command = [sys.executable, "-m", "cli.main", "workbench", "--port", str(port), "--processes", str(processes)]
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=300, limits=httpx.Limits(max_connections=None)
    ) as client:
        running = subprocess.Popen(command, env=os.environ | _environment(here), stdout=subprocess.DEVNULL)
        try:
            _wait(client, running)
            yield Serving(client, psutil.Process(running.pid), _postmaster(here))
        finally:
            running.terminate()
            running.wait(60)


def _environment(here: Settings) -> dict[str, str]:
    told = {"HEDUI_HOME": str(here.home)}
    if here.ledger_url:
        keys = here.home / "keys"
        told |= {"HEDUI_LEDGER_URL": here.ledger_url, "HEDUI_ENVIRONMENT": "production"}
        told |= {"HEDUI_MASTER_KEY_FILE": str(keys / "master.key"), "HEDUI_AUDIT_KEY_FILE": str(keys / "audit.key")}
    return told


def _wait(client: httpx.Client, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and running.poll() is None:
        with suppress(httpx.TransportError):
            if client.get("/login").status_code == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("the workbench did not start: run hedui workbench alone to see why")


def _postmaster(here: Settings) -> psutil.Process | None:
    """The database's first process, by the file it keeps in its data folder beside the socket."""
    if not here.ledger_url:
        return None
    folder = Path(here.ledger_url.partition("host=")[2])
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().splitlines()[0]))


def _of_family(first: psutil.Process) -> float:
    spent = 0.0
    for one in (first, *first.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            spent += times.user + times.system
    return spent


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
