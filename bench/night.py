"""`make bench`: the night as a ratio to the floor, both in one run on one machine, medians over rounds.

Nothing here decides a test: the figures are for people, and come with the machine, versions and seed.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import duckdb
import polars as pl

from bench.floor import floor_seconds, write_plain_copies
from core.settings import settings
from world.run import make_world

SEED = 20260620


@click.command()
@click.argument("scales", nargs=-1, type=click.Choice(["town", "district", "city"]))
@click.option("--rounds", default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(scales: tuple[Any, ...], rounds: int, as_json: bool) -> None:
    """Time the night and the floor in turn.

    \b
    Example: python -m bench.night district --rounds 3
    """
    results = {scale: measure(scale, rounds, as_json) for scale in scales or ("district", "city")}
    click.echo(json.dumps(results, indent=1) if as_json else "\n".join(_lines(results)))


def measure(scale: Any, rounds: int, quiet: bool) -> dict[str, Any]:
    """Make the world once, then time floor and night in turn; medians in seconds, memory in bytes."""
    folder = settings().folder("bench") / scale
    say = (lambda _: None) if quiet else click.echo
    if not (folder / "made").exists():
        make_world(scale, SEED, folder / "world", progress=say)
        (folder / "made").write_text(str(write_plain_copies(folder / "world" / "inbox", folder / "plain")))
    floors, nights = [], []
    for turn in range(rounds):
        floors.append(floor_seconds(folder / "plain", threads=settings().threads, memory_limit=settings().memory_limit))
        nights.append(_timed_night(folder / "world" / "inbox"))
        say(f"{scale} round {turn + 1}/{rounds}: floor {floors[-1]:.2f} s, night {nights[-1]['total']:.2f} s")
    floor = statistics.median(floors)
    total = statistics.median(night["total"] for night in nights)
    return {
        "rows": int((folder / "made").read_text()),
        "floor_seconds": floor,
        "night_seconds": total,
        "ratio": total / floor,
        "fixed_seconds": statistics.median(night["fixed_seconds"] for night in nights),
        "peak_bytes": max(night["peak_bytes"] for night in nights),
        "doors": {door: statistics.median(night["seconds"][door] for night in nights) for door in nights[0]["seconds"]},
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}, Polars {pl.__version__}, seed {SEED}, {rounds} rounds",
    }


def _timed_night(inbox: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.timed", str(inbox)], capture_output=True, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _lines(results: dict[str, dict[str, Any]]) -> list[str]:
    lines = []
    for scale, result in results.items():
        lines += [
            f"{scale}: {result['rows']:,} rows · {result['machine']}",
            f"  floor {result['floor_seconds']:.2f} s · night {result['night_seconds']:.2f} s · "
            f"ratio {result['ratio']:.2f} · fixed {result['fixed_seconds']:.1f} s · "
            f"peak {result['peak_bytes'] / 2**30:.2f} GiB",
            "  " + " · ".join(f"{door} {seconds:.2f} s" for door, seconds in result["doors"].items()),
        ]
    if {"district", "city"} <= results.keys():
        small, large = results["district"], results["city"]
        growth = (large["night_seconds"] / small["night_seconds"]) / (large["rows"] / small["rows"])
        lines.append(f"city against district: {growth:.2f} × linear in rows")
    return lines


if __name__ == "__main__":
    main()
