"""`make bench`: the night as a ratio to the floor, both in one run on one machine, medians over rounds.

Nothing here decides a test: the figures are for people, and come with the machine, versions and seed.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import duckdb
import polars as pl

from bench.floor import floor_seconds, write_plain_copies
from bench.told import lines
from cli.footprint import Footprint
from core.errors import DefectError
from core.settings import settings
from world.run import make_world

SEED = 20260620
ROUNDS = {"town": 3, "district": 3, "city": 1}


@click.command()
@click.argument("scales", nargs=-1, type=click.Choice(list(ROUNDS)))
@click.option("--rounds", type=click.IntRange(min=1), help="Rounds of each scale (default: 3, of the city 1).")
@click.option("--json", "as_json", is_flag=True)
def main(scales: tuple[Any, ...], rounds: int | None, as_json: bool) -> None:
    """Time the night and the floor in turn.

    \b
    Example: python -m bench.night district --rounds 3
    """
    say = (lambda _: None) if as_json else click.echo
    results = {scale: measure(scale, rounds or ROUNDS[scale], say) for scale in scales or ("district", "city")}
    click.echo(json.dumps(results, indent=1) if as_json else "\n".join(lines(results)))


def measure(scale: Any, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Make the world once, then time floor and night in turn; medians in seconds, memory and disk in bytes."""
    folder = settings().folder("bench") / scale
    rows = _made(scale, folder, say)
    floors, nights = [], []
    for turn in range(1, rounds + 1):
        floors.append(floor_seconds(folder / "plain", threads=settings().threads, memory_limit=settings().memory_limit))
        nights.append(_timed_night(folder / "world" / "inbox", twice=turn == rounds))
        say(f"{scale} round {turn}/{rounds}: floor {floors[-1][0]:.2f} s, night {nights[-1]['total']:.2f} s")
    floor, floor_cpu = (statistics.median(each) for each in zip(*floors, strict=True))
    total = statistics.median(night["total"] for night in nights)
    return {
        "rows": rows,
        "rounds": rounds,
        "floor_seconds": floor,
        "night_seconds": total,
        "ratio": total / floor,
        "floor_cpu_seconds": floor_cpu,
        "night_cpu_seconds": statistics.median(night["cpu_seconds"] for night in nights),
        "fixed_seconds": statistics.median(night["fixed_seconds"] for night in nights),
        "quiet_seconds": nights[-1]["quiet_seconds"],
        "peak_bytes": max(night["peak_bytes"] for night in nights),
        "doors": {door: statistics.median(night["seconds"][door] for night in nights) for door in nights[0]["seconds"]},
        "disk": nights[-1]["disk"],
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}, Polars {pl.__version__}, seed {SEED}",
    }


def _made(scale: Any, folder: Path, say: Callable[[str], None]) -> int:
    """The rows of the world, which is made where it is not yet there whole."""
    made = folder / "made"
    if not made.exists():
        shutil.rmtree(folder, ignore_errors=True)
        make_world(scale, SEED, folder / "world", progress=say)
        made.write_text(str(write_plain_copies(folder / "world" / "inbox", folder / "plain")))
    return int(made.read_text())


def _timed_night(inbox: Path, *, twice: bool) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.timed", str(inbox), *(["--twice"] if twice else [])]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    with Footprint(every_seconds=1.0, pid=running.pid) as footprint:
        told, _ = running.communicate()
    if running.returncode:
        raise DefectError(
            "bench.night",
            "the timed night ended in an error",
            where=str(inbox),
            todo=f"run it alone: {' '.join(command[1:])}",
        )
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found | {"peak_bytes": footprint.peak_bytes}


if __name__ == "__main__":
    main()
