"""What Airflow adds to a night: seconds in tasks against the wall seconds of the DAG runs, from its own records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Spent:
    """Seconds of DAG runs that were started together.

    `in_tasks` sums the tasks' own seconds, `at_work` counts those in which at least one task ran, `wall` goes from the
    first run's start to the last one's end.
    """

    in_tasks: float
    at_work: float
    wall: float

    @property
    def added(self) -> float:
        """Wall seconds in which no task ran: scheduling, starting, handing on."""
        return self.wall - self.at_work

    def __str__(self) -> str:
        return (
            f"{self.in_tasks:.1f} s in tasks · some task at work for {self.at_work:.1f} s of {self.wall:.1f} s of wall"
            f" · Airflow adds {self.added:.1f} s"
        )


def spent(runs: Iterable[Mapping[str, Any]], tasks: Iterable[Mapping[str, Any]]) -> Spent:
    """What ended DAG runs and their task instances took; records as Airflow's REST interface gives them."""
    whole = [_interval(run) for run in runs]
    parts = sorted(_interval(task) for task in tasks if task["start_date"] and task["end_date"])
    wall = max(end for _, end in whole) - min(start for start, _ in whole)
    in_tasks = sum((end - start for start, end in parts), timedelta())
    return Spent(in_tasks.total_seconds(), _covered(parts).total_seconds(), wall.total_seconds())


def _covered(intervals: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """The time that intervals, sorted by their start, cover together."""
    covered, until = timedelta(), None
    for start, end in intervals:
        begin = start if until is None else max(start, until)
        covered += max(end - begin, timedelta())
        until = end if until is None else max(until, end)
    return covered


def _interval(record: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(record["start_date"]), datetime.fromisoformat(record["end_date"])
