"""`make up`: Airflow, the workbench and its worker left serving on the loopback, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cli.airflow_services import Airflow, start, stop
from core.errors import OperatorError
from core.settings import Settings, settings
from ledger import runs
from ledger.run import open_ledger
from workbench.accounts import ACCOUNTS, SECURITY, SYSTEM, demonstration_password
from workbench.run import PORT, app_of, serving
from world.run import WORLD_AS_OF, make_world

ENDING_SECONDS = 60


def serve_until_interrupted(scale: Any = "district", seed: int = 20260620, *, say: Callable[[str], None]) -> None:
    """Start Airflow, the workbench and the worker, say where to sign in, and stop all cleanly on Ctrl-C.

    A demonstration without a night gets its invented world and a night first. Airflow ending by itself ends all. Each
    is told where the other is, and links to it.

    Raises:
        OperatorError: this is a production installation: there each is a service of its own, and nothing is invented.
    """
    if settings().environment == "production":
        raise OperatorError(
            "serve.production",
            "a production installation is served by its own services, without invented accounts",
            where="HEDUI_ENVIRONMENT",
            todo="start what docker/ describes: Airflow, hedui workbench, hedui work",
        )
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    os.environ.setdefault("HEDUI_WORKBENCH_URL", f"http://127.0.0.1:{PORT}")
    load_demonstration(scale, seed, say=say)
    airflow = start(settings(), say=say)
    os.environ.setdefault("HEDUI_AIRFLOW_URL", airflow.base_url)
    os.environ.setdefault("HEDUI_OFFICE_CONTACT", "（演示）沈江市样例路 1 号，电话 000-0000000，工作日 9:00–17:00")
    try:
        say(f"Airflow serves at {airflow.base_url} · user {airflow.user} · password {airflow.password}")
        with worker(), serving(app_of(settings()), port=PORT) as address:
            say(f"The workbench serves at {address}")
            for line in account_lines(settings()):
                say(line)
            say("Ctrl-C stops both cleanly.")
            _until_it_ends(airflow)
    except KeyboardInterrupt:
        say("Stopping")
    finally:
        stop(airflow)
        say("Airflow and the workbench: stopped")


def load_demonstration(scale: Any, seed: int, *, say: Callable[[str], None]) -> None:
    """The invented world's deliveries landed and its night run, where readers see none yet."""
    from publish import night

    world = settings().home.absolute() / "world" / f"{scale}-{seed}"
    if (world / "inbox").is_dir():
        os.environ.setdefault("HEDUI_INBOX", str(world / "inbox"))
    if runs.current(open_ledger(settings())) is not None:
        return
    say(f"No night yet: inventing the {scale} (seed {seed}) and running its night")
    if not (world / "inbox").is_dir():
        make_world(scale, seed, world, progress=lambda _: None)
    os.environ.setdefault("HEDUI_INBOX", str(world / "inbox"))
    night.land_inbox(world / "inbox", received_at=None, say=lambda _: None)
    night.whole_night(as_of=WORLD_AS_OF, known_at=None, kind="nightly", sources=[], request=None, say=say)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """The worker as a process of its own, ended with the block."""
    command = [sys.executable, "-m", "cli.main", "work"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def account_lines(of: Settings) -> list[str]:
    """The demonstration's accounts, one line for each role, and their password; nothing in production."""
    if of.environment == "production":
        return []
    password = demonstration_password(of)
    lines = [f"  {one.user_id:<11} {one.role.zh} {one.role.en} · {one.prefix}" for one in ACCOUNTS]
    lines += [f"  {one.user_id:<11} {one.display_name}" for one in (SYSTEM, SECURITY)]
    return [f"Accounts of the demonstration, all with the password {password}", *lines]


def _until_it_ends(airflow: Airflow) -> None:
    while airflow.process.poll() is None:
        time.sleep(1)
