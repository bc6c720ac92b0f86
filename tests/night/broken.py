"""A night in which every room receives broken deliveries beside the town's good ones."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.moment import now
from core.settings import ROOT
from ledger import deliveries, feeds
from ledger.findings import living
from publish.feeds import resume_feed
from publish.release import release
from tests.night.home import Home
from tests.sources.broken.corpus import BrokenDelivery, cases
from world.run import WORLD_AS_OF

ROOMS_PER_FAULT = {"landing": 6, "reading": 2, None: 2, "duplicate": 2, "waiting": 2}
"""In how many rooms each kind of fault is sent, by where it ends; what can be read costs most."""
ONCE = "bomb"
ELSEWHERE = ("has a line of a gigabyte", "lost most of its rows")
"""The one is landed once, in `tests/sources`; the other needs a larger delivery of the same people before it."""
CONTROL = ".control.json"


@dataclass(frozen=True)
class Sent:
    """A broken delivery and the file that it came as."""

    case: BrokenDelivery
    file: Path


@dataclass(frozen=True)
class BrokenNight:
    """A home after two nights on broken deliveries, and all that was said on the way.

    `told` is what landing answered, a record per file; `before` and `after` are the living findings around the night,
    which a person released where its gate rejected it; `states` is how the deliveries stood after it.
    """

    home: Home
    sent: list[Sent]
    told: list[dict[str, str]]
    first: dict[str, Any]
    second: dict[str, Any]
    before: set[str]
    after: set[str]
    states: dict[str, str]
    said: str


def chosen() -> list[BrokenDelivery]:
    """Every kind of fault in some of the rooms, each time in others; the heaviest once each."""
    by_fault: dict[str, list[BrokenDelivery]] = {}
    for case in cases():
        if case.name.endswith(ELSEWHERE):
            continue
        by_fault.setdefault(case.name.partition(": ")[2], []).append(case)
    picked: list[BrokenDelivery] = []
    for place, (fault, there) in enumerate(by_fault.items()):
        case = there[0]
        rooms = 1 if ONCE in fault else min(ROOMS_PER_FAULT[case.stage if case.error else case.state], len(there))
        picked += [there[(place * rooms + number) % len(there)] for number in range(rooms)]
    return picked


def send(these: list[BrokenDelivery], inbox: Path, good: Path) -> list[Sent]:
    """Write each under a name of its own, so that none hides another; what must come under a known name does."""
    return [_send(case, number, inbox, good) for number, case in enumerate(these, start=100)]


def the_night(home: Home, inbox: Path) -> BrokenNight:
    """Land all with the command line, pass two nights, then let every feed go on until nothing waits."""
    sent = send(chosen(), inbox, home.world / "inbox")
    landing = command(home, "land", "--inbox", str(inbox), "--json")
    assert landing.returncode == 3, landing.stderr
    told = json.loads(landing.stdout)
    before = set(living(home.ledger)["finding_key"])
    with listening(logging.DEBUG) as lines:
        first = home.night()
        if not first["accepted"]:
            told_why = "; ".join(first["reasons"])
            release(first["run_id"], by="王燕", reason=told_why, ledger=home.ledger, settings=home.settings)
        after = set(living(home.ledger)["finding_key"])
        states = deliveries.states_at(home.ledger, now())
        running = command(home, "run", "--as-of", WORLD_AS_OF.isoformat(), "--json")
        go_on(home)
    assert running.returncode == 0, running.stderr
    said = "\n".join([landing.stdout, landing.stderr, *lines, running.stdout, running.stderr])
    return BrokenNight(home, sent, told, first, json.loads(running.stdout), before, after, states, said)


def go_on(home: Home) -> None:
    """The steward resumes every feed until each held delivery was judged for what it is."""
    for source in sorted({one.source for one in deliveries.list_deliveries(home.ledger)}):
        while feeds.state(home.ledger, source).paused:
            resume_feed(home.settings, source, by="王燕", reason="下一批")


def command(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A real process of the command line for this home."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env={**os.environ, **home.variables, "HEDUI_SETTLE_SECONDS": "0", "PYTHONWARNINGS": "ignore"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def listening(level: int) -> Iterator[list[str]]:
    """Whatever is logged, as it would be printed, tracebacks included."""
    lines: list[str] = []
    handler = _Kept(lines)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


class _Kept(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(logging.Formatter("%(name)s %(message)s").format(record))


def _send(case: BrokenDelivery, number: int, inbox: Path, good: Path) -> Sent:
    if case.preceded_by and case.state == "duplicate":
        _named(case.preceded_by(inbox), f"0{number}")
    file = case.write(inbox)
    code = case.error[1] if case.error else ""
    if code == "delivery.changed":
        known = next(path for path in sorted((good / case.source).iterdir()) if not path.name.endswith(CONTROL))
        return Sent(case, file.rename(file.with_name(known.name)))
    if code in {"delivery.name_date", "delivery.file_name"} or case.state == "waiting":
        return Sent(case, file)
    return Sent(case, _named(file, str(number)))


def _named(file: Path, sequence: str) -> Path:
    """The file as the correction `sequence` of its period, its control file with it."""
    stem = file.stem.rpartition("_")[0] if file.stem.count("_") and len(file.stem.rpartition("_")[2]) < 6 else file.stem
    target = file.with_name(f"{stem}_{sequence}{file.suffix}")
    control = file.with_name(file.name + CONTROL)
    if control.exists():
        control.rename(target.with_name(target.name + CONTROL))
    return file.rename(target)
