"""One timed round in a process of its own: the doors that the DAG calls, from landing to publishing."""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

STARTED = time.perf_counter()


def main(inbox: Path, *, twice: bool) -> dict[str, object]:
    """Fixed costs (imports, opening the ledger) apart; then seconds per door and of CPU.

    `twice`: a second night follows, on which nothing arrived; it tells what such a night takes and adds to the ledger.
    """
    with tempfile.TemporaryDirectory(prefix="hedui-bench-", dir=os.environ.get("HEDUI_BENCH_TMP")) as home:
        os.environ["HEDUI_HOME"] = home
        from core.settings import settings
        from expectations import engine
        from ledger.run import open_ledger
        from publish import night

        engine.loaded()
        open_ledger(settings())
        fixed = time.perf_counter() - STARTED
        laps = _Laps()
        night.land_inbox(inbox, received_at=None, say=lambda _: None)
        laps.lap("land")
        run_id = _night(0, laps.lap)
        told: dict[str, object] = {
            "fixed_seconds": fixed,
            "seconds": laps.seconds,
            "total": sum(laps.seconds.values()),
            "cpu_seconds": laps.cpu_seconds(),
        }
        return told | (_quiet_night(run_id) if twice else {})


class _Laps:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()
        self._worked = _cpu_seconds()

    def cpu_seconds(self) -> float:
        return _cpu_seconds() - self._worked

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
        self._last = now


def _cpu_seconds() -> float:
    """What this process and the reading processes that have ended took of the processors."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _night(days_later: int, lap: Callable[[str], None]) -> str:
    from publish import night
    from world.run import WORLD_AS_OF

    published = night.whole_night(
        as_of=WORLD_AS_OF + timedelta(days=days_later),
        known_at=None,
        kind="nightly",
        sources=[],
        request=None,
        say=lambda _: None,
        lap=lap,
    )
    return str(published["run_id"])


def _quiet_night(run_id: str) -> dict[str, object]:
    from bench.disk import ledger_bytes, measured
    from core.settings import settings

    before, laps = ledger_bytes(settings()), _Laps()
    _night(1, laps.lap)
    grown = ledger_bytes(settings()) - before
    disk = measured(settings(), run_id, ledger_night=grown)
    return {"quiet_seconds": sum(laps.seconds.values()), "disk": disk.as_record()}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), twice="--twice" in sys.argv[2:])))
