"""One timed round in a process of its own: the doors that the DAG calls, from landing to publishing."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

STARTED = time.perf_counter()


def main(inbox: Path) -> dict[str, object]:
    """Fixed costs (imports, opening the ledger) apart; then seconds per door and the peak resident memory."""
    import os

    with tempfile.TemporaryDirectory(prefix="hedui-bench-", dir=os.environ.get("HEDUI_BENCH_TMP")) as home:
        os.environ["HEDUI_HOME"] = home
        from core.settings import settings
        from expectations import engine
        from ledger.run import open_ledger
        from publish import night
        from world.run import WORLD_AS_OF

        engine.loaded()
        open_ledger(settings())
        fixed = time.perf_counter() - STARTED
        seconds: dict[str, float] = {}
        last = time.perf_counter()

        def lap(step: str) -> None:
            nonlocal last
            seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - last
            last = time.perf_counter()

        night.land_inbox(inbox, received_at=None, say=lambda _: None)
        lap("land")
        night.whole_night(
            as_of=WORLD_AS_OF, known_at=None, kind="nightly", sources=[], request=None, say=lambda _: None, lap=lap
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"fixed_seconds": fixed, "seconds": seconds, "total": sum(seconds.values()), "peak_bytes": peak}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
