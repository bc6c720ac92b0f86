"""The figures of the workbench as lines for people."""

from __future__ import annotations

from typing import Any


def lines(told: dict[str, Any]) -> list[str]:
    """The machine, then each database: queue, pages with one user, pages with all."""
    machine = told["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    head = [
        f"{machine['cores']} × {machine['processor']} · {versions}",
        f"load on the machine before {machine['load_before']:.1f}, after {machine['load_after']:.1f} "
        "(above its cores, other work took its time too) · milliseconds, median and 95th percentile",
    ]
    return head + [line for name in ("postgresql", "sqlite") if name in told for line in _of(told, told[name])]


def _of(told: dict[str, Any], one: dict[str, Any]) -> list[str]:
    found = [f"{one['database']} · {told['cases']:,} open cases · {one['processes']} process(es)", "  queue SQL"]
    found += [f"    {name:40} {_queue(figures)}" for name, figures in one["queue"].items()]
    found.append("  pages with 1 user: CPU of the workbench · CPU of the database · wall · bytes, gzipped")
    found += [f"    {path:40} {_alone(figures)}" for path, figures in one["one"].items()]
    found.append(f"  pages with {told['people']} users at once, none of whom pauses: wall · requests, refused")
    return found + [f"    {what:40} {_crowd(figures)}" for what, figures in one["all"].items()]


def _queue(figures: dict[str, float]) -> str:
    server = f"server {figures['server']:7.2f} {figures['server_p95']:7.2f} · " if "server" in figures else ""
    return f"{server}call {figures['call']:7.2f} {figures['call_p95']:7.2f}"


def _alone(figures: dict[str, float]) -> str:
    cpu = f"{figures['cpu']:6.1f} · {figures['database_cpu']:6.1f}"
    return f"{cpu} · {figures['wall']:6.0f} {figures['wall_p95']:6.0f} · {figures['bytes']:,} {figures['gzip_bytes']:,}"


def _crowd(figures: dict[str, float]) -> str:
    return f"{figures['wall']:6.0f} {figures['wall_p95']:6.0f} · {figures['requests']} {figures['refused']}"
