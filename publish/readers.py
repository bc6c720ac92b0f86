"""Reading many deliveries in as many processes as the installation has threads: each delivery is one piece of work.

The ledger is written one act at a time whoever writes, and the same delivery read for the same persons gives the same
bytes in whatever process. Who is looked for goes to the processes through a pipe, never through a file.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from core.errors import HeduiError
from core.settings import Settings
from ledger.deliveries import Delivery
from ledger.run import Ledger, open_ledger
from transforms.run import extract
from transforms.subjects import Subjects

WORTH_PROCESSES = 64 * 1024 * 1024
"""Fewer bytes than these are read sooner than processes are started."""

Asked = list[tuple[Delivery, Subjects | None]]


def read_each(
    these: Asked, ledger: Ledger, here: Settings, processes: int
) -> Iterator[tuple[Delivery, HeduiError | None]]:
    """Extract each delivery in up to so many processes; with it comes the error that stopped it, if one did.

    More than one is for a process of its own, such as the command line: an Airflow task must begin none (its forked
    worker waits for ever for those it spawns), and Airflow itself reads several sources beside each other.
    """
    processes = min(processes, len(these))
    if processes < 2 or sum(delivery.byte_count for delivery, _ in these) < WORTH_PROCESSES:
        for delivery, wanted in these:
            yield delivery, _read(delivery.delivery_id, wanted, ledger, here)
        return
    sets = list({id(wanted): wanted for _, wanted in these}.values())
    place = {id(wanted): number for number, wanted in enumerate(sets)}
    with _alone_on_a_core():
        pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin, initargs=(here, sets))
    with pool:
        largest_first = sorted(these, key=lambda one: (-one[0].byte_count, one[0].delivery_id))
        with _alone_on_a_core():
            under_way: dict[Future[HeduiError | None], Delivery] = {
                pool.submit(_read_here, delivery.delivery_id, place[id(wanted)]): delivery
                for delivery, wanted in largest_first
            }
        for done in as_completed(under_way):
            yield under_way[done], done.result()


def _read(delivery_id: str, wanted: Subjects | None, ledger: Ledger, here: Settings) -> HeduiError | None:
    try:
        extract(delivery_id, wanted, ledger=ledger, settings=here)
    except HeduiError as error:
        return error
    return None


_READER = {"POLARS_MAX_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": str(2**30), "MALLOC_TRIM_THRESHOLD_": str(2**31)}
"""One thread each: there are as many processes as threads may be used. And glibc keeps the memory of one block for the
next: to give it back and fault it in again takes a twentieth of all that reading a delivery does."""


@contextmanager
def _alone_on_a_core() -> Iterator[None]:
    """Processes started inside begin with the environment of a reader."""
    before = {name: os.environ.get(name) for name in _READER}
    os.environ.update(_READER)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_HERE: tuple[Ledger, Settings, list[Subjects | None]]
"""What a reading process was given when it began."""


def _begin(here: Settings, sets: list[Subjects | None]) -> None:
    global _HERE
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _HERE = (open_ledger(here), here, sets)


def _end_with_parent() -> None:
    """A process that was killed cannot tell those it began; they would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_here(delivery_id: str, place: int) -> HeduiError | None:
    ledger, here, sets = _HERE
    return _read(delivery_id, sets[place], ledger, here)
