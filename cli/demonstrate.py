"""The main job: an invented district, landed and verified by a real Airflow, and a summary worth reading."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from cli.airflow_services import Airflow, Api, start, stop
from cli.airflow_time import Spent, spent
from cli.footprint import Footprint, disk_bytes
from cli.summary import print_summary
from core.errors import OperatorError
from core.settings import settings
from world.run import WORLD_AS_OF, make_world

POLL_SECONDS = 3.0
REQUEST_SOURCE = "roster"


def demonstrate(scale: str, seed: int, *, say: Callable[[str], None]) -> int:
    """Make the world, land every feed and run the night on Airflow; 0 when the run was published and is current.

    Raises:
        OperatorError: Airflow did not start, or a DAG run failed; the task and its log are named.
    """
    here = settings().home.absolute()
    world = here / "world" / f"{scale}-{seed}"
    with Footprint() as footprint:
        say(f"World: inventing the {scale} (seed {seed})")
        make_world(scale, seed, world, progress=_quiet_files(say))  # type: ignore[arg-type]
        os.environ["HEDUI_INBOX"] = str(world / "inbox")
        current = settings()
        airflow = start(current, say=say)
        try:
            took = run_the_night(airflow, WORLD_AS_OF, say=say)
        finally:
            say("Airflow: stopping")
            stop(airflow)
        print_summary(current, truth=world / "truth", say=say)
    for what, seconds in took.items():
        say(f"{what}: {seconds}")
    say(
        f"Took {footprint.seconds / 60:.1f} min · peak memory of all processes "
        f"{footprint.peak_bytes / 2**30:.1f} GiB · disk {disk_bytes(here) / 2**30:.2f} GiB in {here}"
    )
    return 0


def _quiet_files(say: Callable[[str], None]) -> Callable[[str], None]:
    """Tell every tenth file only: a district has sixty."""
    told = 0

    def tell(line: str) -> None:
        nonlocal told
        told += line.startswith("[")
        if not line.startswith("[") or told % 10 == 0:
            say(f"  {line}")

    return tell


def run_the_night(airflow: Airflow, as_of: date, *, say: Callable[[str], None]) -> dict[str, Spent]:
    """Land the roster, then every other source, then verify the households as of the day; what each of the three took.

    Raises:
        OperatorError: a DAG could not be imported, or a run failed.
    """
    api = Api(airflow)
    dags = _wait_for_dags(api)
    landing = [dag for dag in dags if dag.startswith("land_")]
    first = f"land_{REQUEST_SOURCE}"
    others: dict[str, dict[str, Any]] = {dag: {} for dag in landing if dag != first}
    return {
        "Landing the roster": _run_all(api, airflow, {first: {}}, say=say),
        "Landing all others": _run_all(api, airflow, others, say=say),
        "Verifying": _run_all(api, airflow, {"verify_households": {"as_of": as_of.isoformat()}}, say=say),
    }


def _wait_for_dags(api: Api, within_seconds: float = 120) -> list[str]:
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        broken = api.import_errors()
        if broken:
            raise OperatorError(
                "airflow.import",
                "a DAG file does not import",
                where=", ".join(broken),
                todo="read the DAG processor's log",
            )
        dags = api.dag_ids()
        if "verify_households" in dags and any(dag.startswith("land_") for dag in dags):
            return dags
        time.sleep(POLL_SECONDS)
    raise OperatorError("airflow.dags", "the DAGs did not appear", where="dags/", todo="read the DAG processor's log")


def _run_all(api: Api, airflow: Airflow, wanted: dict[str, dict[str, Any]], *, say: Callable[[str], None]) -> Spent:
    """Unpause and trigger the DAGs, tell tasks as their run ends (of a single run: as they end), wait for all."""
    for dag in wanted:
        api.unpause(dag)
    runs = {dag: api.trigger(dag, conf) for dag, conf in wanted.items()}
    told: set[tuple[str, str, int, int, str]] = set()
    waiting = dict(runs)
    ended: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    while waiting:
        time.sleep(POLL_SECONDS)
        records = api.runs()
        for dag, run in list(waiting.items()):
            record = records.get(run, {"state": "queued"})
            if record["state"] not in ("success", "failed") and len(runs) > 1:
                continue
            found = api.tasks(dag, run)
            _tell_tasks(found, dag, told, say)
            _demand_not_failed(dag, record, airflow)
            if record["state"] == "success":
                del waiting[dag]
                ended.append(record)
                tasks += found
    return spent(ended, tasks)


def _demand_not_failed(dag: str, record: dict[str, Any], airflow: Airflow) -> None:
    if record["state"] == "failed":
        raise OperatorError(
            "airflow.run_failed",
            f"{dag} failed",
            where=str(airflow.home / "logs" / f"dag_id={dag}"),
            todo="read the failed task's log, mend the cause, and run again: what was done stays done",
        )


def _tell_tasks(
    tasks: list[dict[str, Any]], dag: str, told: set[tuple[str, str, int, int, str]], say: Callable[[str], None]
) -> None:
    for task in tasks:
        state = str(task["state"])
        key = (dag, str(task["task_id"]), int(task["map_index"]), int(task["try_number"]), state)
        if state not in _MARK or key in told:
            continue
        told.add(key)
        label = task.get("rendered_map_index") or ""
        label = Path(str(label)).name
        seconds = task.get("duration") or 0
        say(f"  {_MARK[state]} {dag}.{task['task_id']} {label} {seconds:.1f} s")


_MARK = {"success": "✓", "failed": "✗", "upstream_failed": "–", "up_for_retry": "↻"}
