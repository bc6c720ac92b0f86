"""The worker's service: everything people asked for that takes longer than a request, in a process of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta

from core.errors import OperatorError
from core.settings import Settings
from ledger import jobs
from ledger.commissions import JOB
from ledger.run import open_ledger
from publish import worker as checks
from workbench.exports.worker import KINDS, Worker, working
from workbench.house import build_house

PATIENCE = timedelta(minutes=10)
"""No job waits this long while a worker lives that is free."""


def work(settings: Settings, stop: threading.Event, *, say: Callable[[str], None]) -> None:
    """Make exports in a thread and look at commissioned households, until `stop` is set.

    Raises:
        OperatorError: the ledger cannot be opened.
    """
    with working(build_house(settings)):
        checks.work(stop, say=say)


def work_that_waits(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Do what waits now, then end.

    Raises:
        OperatorError: the ledger cannot be opened.
    """
    ledger = open_ledger(settings)
    exporting = Worker(build_house(settings), f"once-{os.getpid()}")
    while checks.work_once(ledger, say=say) or exporting.work_once():
        pass


def refuse_a_dead_worker(settings: Settings) -> None:
    """What the service's health check asks.

    Raises:
        OperatorError: work has waited for long and nobody does any.
    """
    waited = jobs.longest_wait(open_ledger(settings), [JOB, *KINDS])
    if waited is not None and waited > PATIENCE:
        raise OperatorError(
            "worker.idle",
            f"a job has waited for {waited.total_seconds() // 60:.0f} minutes and none is being done",
            where="hedui work",
            todo="read what the worker printed last, then start it again",
        )
