"""The worker of commissioned checks: takes what people asked for, one after the other, in a process of its own."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable

from core.errors import HeduiError
from core.settings import settings
from ledger import jobs
from ledger.commissions import JOB
from ledger.run import Ledger, open_ledger
from publish.commission import run_check

log = logging.getLogger(__name__)
LEASE_SECONDS = 1800
"""Longer than a check takes; a worker that was killed gives its job back after it."""


def work(stop: threading.Event, *, say: Callable[[str], None], pause_seconds: float = 2.0) -> None:
    """Do jobs until `stop` is set; looks for new ones every `pause_seconds`."""
    ledger = open_ledger(settings())
    while not stop.is_set():
        if not work_once(ledger, say=say):
            stop.wait(pause_seconds)


def work_once(ledger: Ledger, *, say: Callable[[str], None] = lambda _: None) -> bool:
    """Do the oldest waiting job; False where none waits. What fails is tried again, three times in all."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    job = jobs.take(ledger, name, [JOB], lease_seconds=LEASE_SECONDS)
    if job is None:
        return False
    check_id = int(job.payload["check_id"])
    say(f"check {check_id}")
    try:
        run_id = run_check(check_id, say=say)
    except HeduiError as error:
        log.error("check %d: %s", check_id, error)
        jobs.fail(ledger, job.sequence, name, error.code)
    else:
        jobs.finish(ledger, job.sequence, name, {"run_id": run_id})
    return True
