"""What Airflow adds is the time in which no task ran, however many ran at once."""

from __future__ import annotations

from cli.airflow_time import spent


def at(start: str | None, end: str | None) -> dict[str, str | None]:
    return {
        "start_date": start and f"2026-06-20T01:{start}Z",
        "end_date": end and f"2026-06-20T01:{end}Z",
    }


def test_tasks_that_ran_at_once_count_each_and_cover_their_time_once() -> None:
    runs = [at("00:00", "00:40"), at("00:05", "01:00")]
    tasks = [at("00:30", "00:50"), at("00:02", "00:12"), at("00:10", "00:20"), at("00:11", "00:13")]
    took = spent(runs, tasks)
    assert (took.in_tasks, took.at_work, took.wall, took.added) == (42.0, 38.0, 60.0, 22.0)


def test_a_task_that_never_ran_takes_no_time() -> None:
    took = spent([at("00:00", "00:10")], [at(None, None), at("00:04", None)])
    assert (took.in_tasks, took.at_work, took.added) == (0.0, 0.0, 10.0)
