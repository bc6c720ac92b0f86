"""A workbench served on the loopback in a thread, as `hedui workbench` serves it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from core.settings import Settings
from workbench.accounts import demonstration_password
from workbench.app import build_app
from workbench.house import House


@dataclass(frozen=True)
class Served:
    """Where it serves, and what it serves from."""

    address: str
    password: str
    house: House
    app: FastAPI


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Serve until the block ends."""
    app = build_app(settings)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield Served(f"http://127.0.0.1:{port}", demonstration_password(settings), app.state.house, app)
        finally:
            server.should_exit = True
            thread.join(timeout=20)
