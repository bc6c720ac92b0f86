"""A real Airflow on one machine: scheduler, DAG processor, API server and triggerer, on the loopback only.

Two traps of `airflow standalone` are handled here: it stops cleanly on SIGINT only (SIGTERM orphans its children),
and a background job of a shell ignores SIGINT unless the handler is restored.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from core.errors import OperatorError
from core.settings import ROOT, Settings

HEALTHY_WITHIN_SECONDS = 240
ATTEMPTS = 8


@dataclass(frozen=True)
class Airflow:
    """A running Airflow: where it serves, how to sign in, and the process that carries it."""

    base_url: str
    user: str
    password: str
    home: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> Path:
        """What the services print."""
        return self.home / "standalone.log"


def environment(settings: Settings, port: int) -> dict[str, str]:
    """The environment in which Airflow's components and the tasks run; secrets are made once and kept in its home."""
    home = (settings.home / "airflow").absolute()
    home.mkdir(parents=True, exist_ok=True)
    base = f"http://127.0.0.1:{port}"
    made = _secrets(home)
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "HEDUI_HOME": str(settings.home.absolute()),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "dags" / "plugins"),
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": "4",
        "AIRFLOW__CORE__FERNET_KEY": made["fernet"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{base}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "steward:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": base,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": made["jwt"],
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    }


def start(settings: Settings, *, say: Callable[[str], None]) -> Airflow:
    """Migrate the metadata database, start all components and wait until each reports healthy.

    Raises:
        OperatorError: a component died or was not healthy within four minutes; the log is named.
    """
    port = _free_port()
    variables = environment(settings, port)
    home = Path(variables["AIRFLOW_HOME"])
    log = home / "standalone.log"
    say("Airflow: preparing its database")
    with log.open("ab") as out:
        migrated = subprocess.run([*_airflow(), "db", "migrate"], env=variables, stdout=out, stderr=out, check=False)
        if migrated.returncode:
            raise _dead("airflow db migrate failed", log)
        subprocess.run(
            [*_airflow(), "pools", "set", "warehouse", "1", "the single writer of a run's warehouse"],
            env=variables,
            stdout=out,
            stderr=out,
            check=True,
        )
        say(f"Airflow: starting scheduler, DAG processor, API server and triggerer on 127.0.0.1:{port}")
        process = subprocess.Popen(
            [*_airflow(), "standalone"],
            env=variables,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_restore_interrupt,
        )
    airflow = Airflow(f"http://127.0.0.1:{port}", "steward", _secrets(home)["password"], home, process)
    try:
        _wait_until_healthy(airflow)
    except BaseException:
        stop(airflow)
        raise
    say("Airflow: healthy")
    return airflow


def stop(airflow: Airflow, within_seconds: float = 60) -> None:
    """Stop all components cleanly; what is left after a minute is ended by its process id."""
    with suppress(psutil.NoSuchProcess):
        family = [psutil.Process(airflow.process.pid), *psutil.Process(airflow.process.pid).children(recursive=True)]
        os.kill(airflow.process.pid, signal.SIGINT)
        _, alive = psutil.wait_procs(family, timeout=within_seconds)
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(alive, timeout=10)
    with suppress(subprocess.TimeoutExpired):
        airflow.process.wait(timeout=10)


class Api:
    """The few calls of Airflow's REST interface that the main job makes.

    Airflow on SQLite answers 500 while another component holds the database; every call here may be made again.
    """

    def __init__(self, airflow: Airflow) -> None:
        self._airflow = airflow
        self._client = httpx.Client(base_url=airflow.base_url, timeout=60)
        answer = self._client.post("/auth/token", json={"username": airflow.user, "password": airflow.password})
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def dag_ids(self) -> list[str]:
        """All DAGs that the DAG processor has read."""
        return sorted(dag["dag_id"] for dag in self._get("/api/v2/dags", limit=200)["dags"])

    def import_errors(self) -> list[str]:
        """Files the DAG processor could not import."""
        return [error["filename"] for error in self._get("/api/v2/importErrors")["import_errors"]]

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run the DAG."""
        self._ask("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Start a run of the DAG; its run id, chosen here so that a repeated call starts no second run."""
        run_id = f"manual__{secrets.token_hex(8)}"
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        self._ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body, done_already=httpx.codes.CONFLICT)
        return run_id

    def runs(self) -> dict[str, dict[str, Any]]:
        """Every run by its id, in one call: `state` (`queued running success failed`), `start_date`, `end_date`."""
        runs = self._get("/api/v2/dags/~/dagRuns", limit=200, order_by="-run_after")["dag_runs"]
        return {str(run["dag_run_id"]): run for run in runs}

    def tasks(self, dag_id: str, run: str) -> list[dict[str, Any]]:
        """The run's task instances, mapped ones each."""
        answer = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run}/taskInstances", limit=500)
        return list(answer["task_instances"])

    def _get(self, path: str, **params: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("GET", path, params=params).json()
        return found

    def _ask(self, method: str, path: str, *, done_already: int | None = None, **sent: Any) -> httpx.Response:
        for attempt in range(ATTEMPTS):
            with suppress(httpx.TransportError):
                answer = self._client.request(method, path, **sent)
                if answer.status_code == done_already or not answer.is_server_error:
                    if answer.status_code != done_already:
                        answer.raise_for_status()
                    return answer
            time.sleep(min(0.5 * 2**attempt, 10))
        raise OperatorError(
            "airflow.api",
            f"Airflow did not answer {method} after {ATTEMPTS} attempts",
            where=path,
            todo="look at the API server's log, then run again: what was done stays done",
        )


def _airflow() -> list[str]:
    return [sys.executable, "-m", "airflow"]


def _restore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _secrets(home: Path) -> dict[str, str]:
    path = home / "secrets.json"
    if not path.exists():
        from cryptography.fernet import Fernet

        made = {
            "fernet": Fernet.generate_key().decode(),
            "jwt": secrets.token_urlsafe(64),
            "password": secrets.token_urlsafe(12),
        }
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(made, file)
        with open(os.open(home / "passwords.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"steward": made["password"]}, file)
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _wait_until_healthy(airflow: Airflow) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if airflow.process.poll() is not None:
            raise _dead("Airflow ended while starting", airflow.log)
        with suppress(httpx.HTTPError):
            health = httpx.get(f"{airflow.base_url}/api/v2/monitor/health", timeout=5).json()
            if all(health.get(part, {}).get("status") == "healthy" for part in _PARTS):
                return
        time.sleep(1)
    raise _dead(f"Airflow was not healthy within {HEALTHY_WITHIN_SECONDS} seconds", airflow.log)


_PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


def _dead(what: str, log: Path) -> OperatorError:
    return OperatorError(
        "airflow.start", what, where=str(log), todo="read the end of the log named here, then try again"
    )
