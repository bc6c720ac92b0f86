"""The figures of the benchmark as lines for people."""

from __future__ import annotations

from typing import Any


def lines(results: dict[str, dict[str, Any]]) -> list[str]:
    """What was measured at each scale, and how the city stands to the district."""
    told = [line for scale, result in results.items() for line in _scale(scale, result)]
    if {"district", "city"} <= results.keys():
        small, large = results["district"], results["city"]
        growth = (large["night_seconds"] / small["night_seconds"]) / (large["rows"] / small["rows"])
        told.append(f"city against district: {growth:.2f} × linear in rows")
    return told


def _scale(name: str, result: dict[str, Any]) -> list[str]:
    disk = result["disk"]
    rounds = "1 round" if result["rounds"] == 1 else f"medians of {result['rounds']} rounds"
    return [
        f"{name}: {result['rows']:,} rows · {rounds} · {result['machine']}",
        f"  fixed cost (start-up, imports) {result['fixed_seconds']:.1f} s, not in the following",
        f"  floor {result['floor_seconds']:.2f} s · night {result['night_seconds']:.2f} s · "
        f"ratio {result['ratio']:.2f} · peak {_gigabytes(result['peak_bytes'])}",
        f"  in CPU time, which other work on the machine disturbs less: floor {result['floor_cpu_seconds']:.2f} s · "
        f"night {result['night_cpu_seconds']:.2f} s · "
        f"ratio {result['night_cpu_seconds'] / result['floor_cpu_seconds']:.2f}",
        "  " + " · ".join(f"{door} {seconds:.2f} s" for door, seconds in result["doors"].items()),
        f"  a night on which nothing arrived {result['quiet_seconds']:.2f} s",
        f"  disk per night {_gigabytes(disk['night'])} (published run {_gigabytes(disk['run'])}, "
        f"Data Docs {_gigabytes(disk['docs'])}, ledger {_gigabytes(disk['ledger_night'])}, "
        "deliveries and extracts of a year by its days)",
        f"  disk per year {_gigabytes(disk['year'])} (raw {_gigabytes(disk['raw_year'])}, "
        f"extracts {_gigabytes(disk['extract_year'])}, month-end runs and their Data Docs, every night's ledger); "
        f"of all this {_gigabytes(disk['passing'])} at most stand for a time: raw files "
        f"{disk['raw_retention_days']} days, runs {disk['run_nights']} nights",
    ]


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.3f} GB" if count < 1e9 else f"{count / 1e9:.2f} GB"
