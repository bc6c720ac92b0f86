"""The workbench's door: serve it, alone or beside something else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from core.errors import OperatorError
from core.settings import Settings
from core.settings import settings as environment_settings
from ledger.run import open_ledger
from workbench.app import build_app

PORT = 8088
SILENCE_SECONDS = 120
"""How long a process may not answer the one that started it before another takes its place: a night beside it is no
reason."""
_SERVING: dict[str, Any] = {"log_level": "warning", "server_header": False, "access_log": False}


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = PORT, processes: int | None = None) -> None:
    """Serve the workbench until it is interrupted, by `processes` (default: the setting `workbench_processes`).

    Several share one port and nothing else: what must be known to all stands in the ledger.

    Raises:
        OperatorError: a production installation still keeps its ledger in SQLite, several processes would share one,
            or the ledger cannot be opened.
    """
    number = processes or settings.workbench_processes
    if number == 1:
        uvicorn.run(app_of(settings), host=host, port=port, **_SERVING)
        return
    if settings.ledger.startswith("sqlite"):
        raise OperatorError(
            "workbench.processes",
            "several processes serve from PostgreSQL only",
            where="HEDUI_WORKBENCH_PROCESSES",
            todo="set it to 1, or HEDUI_LEDGER_URL to a PostgreSQL database",
        )
    open_ledger(settings)  # migrated once, and what is wrong with it is said here
    several: dict[str, Any] = {"workers": number, "timeout_worker_healthcheck": SILENCE_SECONDS, **_SERVING}
    uvicorn.run("workbench.run:app_of_environment", factory=True, host=host, port=port, **several)


def app_of_environment() -> FastAPI:
    """The application as the environment describes the installation: what each of several processes serves."""
    return app_of(environment_settings())


@contextmanager
def serving(app: FastAPI, *, port: int = 0) -> Iterator[str]:
    """The application served on the loopback by a thread of this process until the block ends; its address.

    Raises:
        OperatorError: the port is taken, or the server did not start.
    """
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", port))
        except OSError:
            raise _not_started(f"port {port} is taken", port) from None
        config = uvicorn.Config(app, **_SERVING)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise _not_started("the server ended while starting", port)
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def app_of(settings: Settings) -> FastAPI:
    """The application of an installation.

    Raises:
        OperatorError: a production installation still keeps its ledger in SQLite, or the ledger cannot be opened.
    """
    if settings.environment == "production" and settings.ledger.startswith("sqlite"):
        raise OperatorError(
            "workbench.sqlite",
            "in production the workbench needs PostgreSQL: SQLite has no row-level security",
            where="HEDUI_LEDGER_URL",
            todo="set it to the PostgreSQL database of the ledger",
        )
    return build_app(settings)


def _not_started(what: str, port: int) -> OperatorError:
    return OperatorError("workbench.start", what, where=f"127.0.0.1:{port}", todo="choose another port")
