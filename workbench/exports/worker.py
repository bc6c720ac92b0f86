"""The worker: a thread that takes jobs one at a time and deletes files whose days are over.

In the demonstration it runs beside the requests, in production in the worker's service (`workbench.working`). The
ledger sees to it that a job is in one worker's hands only, and gives a job whose worker was killed to another.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import format_tb

from core.errors import HeduiError
from ledger import jobs
from ledger.jobs import Job
from workbench.exports.files import sweep
from workbench.exports.making import make
from workbench.house import House

LOG = logging.getLogger("workbench")
LOOK_SECONDS = 5.0
Work = Callable[[House, Job, str], dict[str, object]]
KINDS: dict[str, Work] = {"export": make}


class Worker:
    """Takes jobs until it is told to stop; `wake` makes it look at once."""

    def __init__(self, house: House, name: str) -> None:
        self._house, self.name = house, name
        self._look, self._stop = threading.Event(), threading.Event()

    def wake(self) -> None:
        """Look for work now."""
        self._look.set()

    def stop(self) -> None:
        """Take no further job."""
        self._stop.set()
        self._look.set()

    def run(self) -> None:
        """Work, then wait for more, until stopped."""
        while not self._stop.is_set():
            self._look.clear()
            try:
                sweep(self._house.desk.ledger, self._house.settings)
                while not self._stop.is_set() and self.work_once():
                    pass
            except Exception as error:
                self._withheld(error)
            self._look.wait(LOOK_SECONDS)

    def work_once(self) -> bool:
        """Take one job and do it; whether there was one."""
        ledger = self._house.desk.ledger
        if not jobs.waiting(ledger, KINDS):
            return False
        job = jobs.take(ledger, self.name, KINDS)
        if job is None:
            return False
        try:
            jobs.finish(ledger, job.sequence, self.name, KINDS[job.kind](self._house, job, self.name))
        except HeduiError as error:
            LOG.warning("job %s: %s", job.sequence, error.code)
            jobs.fail(ledger, job.sequence, self.name, error.code)
        except Exception as error:
            self._withheld(error)
            jobs.fail(ledger, job.sequence, self.name, type(error).__qualname__)
        return True

    def _withheld(self, error: Exception) -> None:
        """Log where it went wrong; the message may quote a person."""
        LOG.error("unhandled %s\n%s", type(error).__qualname__, "".join(format_tb(error.__traceback__)))


@contextmanager
def working(house: House) -> Iterator[Worker]:
    """A worker in a thread of its own until the block ends."""
    worker = Worker(house, f"workbench-{os.getpid()}")
    thread = threading.Thread(target=worker.run, name="jobs", daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=30)
