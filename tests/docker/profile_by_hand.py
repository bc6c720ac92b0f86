"""The production profile without a container engine: what compose.yml says, run as processes of this machine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import yaml

from core.settings import ROOT
from tests import postgres

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
HEALTHY_WITHIN_SECONDS = 300
LOGINS = ("hedui_owner", "hedui_pipeline", "hedui_workbench", "hedui_auditor")
"""Who may come into the ledger, beside PostgreSQL's own administrator."""


@dataclass
class Profile:
    """One start of the profile: its folders, ports and running services."""

    folder: Path
    database_port: int
    api_port: int
    scheduler_port: int
    workbench_port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def secrets(self) -> Path:
        """Every secret; a service sees only those its entry lists."""
        return self.folder / "secrets"

    @property
    def backups(self) -> Path:
        """Where backups are put."""
        return self._made("shared", "backups")

    @property
    def backup_keys(self) -> Path:
        """Where the sealed keys of backups are put."""
        return self._made("shared", "backup-keys")

    def run(self, service: str) -> None:
        """Run a job to its end."""
        with self._surroundings(service) as given:
            done = subprocess.run(self._started(service), check=False, **given)
        assert done.returncode == 0, f"{service} ended with {done.returncode}: {self.said(service)[-3000:]}"

    def start(self, service: str) -> None:
        """Start a service and leave it running."""
        command = self._started(service)
        with self._surroundings(service) as given:
            self.running[service] = subprocess.Popen(command, start_new_session=True, **given)

    def wait_until_healthy(self, service: str) -> None:
        """Ask the service's own health check until it passes."""
        test = [self._here(part, service) for part in SERVICES[service]["healthcheck"]["test"][1:]]
        own = self.environment(service)
        deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            assert self.running[service].poll() is None, f"{service} died: {self.said(service)[-3000:]}"
            asked = subprocess.run(test, env=own, capture_output=True, check=False, timeout=60)
            if asked.returncode == 0:
                return
            time.sleep(1)
        raise AssertionError(f"{service} was not healthy: {asked.stderr.decode()} {self.said(service)[-3000:]}")

    def stop(self, service: str) -> int:
        """Send the stop signal, wait as long as compose would, and give the exit status; no child may be left."""
        process = self.running.pop(service)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.Signals[SERVICES[service]["stop_signal"]])
        status = process.wait(timeout=float(SERVICES[service]["stop_grace_period"].removesuffix("s")))
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == [], f"{service} left {[child.name() for child in alive]}"
        return status

    def end(self) -> None:
        """End what a failed test left."""
        for process in self.running.values():
            for one in [*psutil.Process(process.pid).children(recursive=True), process]:
                one.kill()
            process.wait(timeout=30)

    def said(self, service: str) -> str:
        """What the service printed."""
        path = self.folder / f"{service}.log"
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    def told(self, service: str, *command: str | Path, **changed: str) -> None:
        """What an operator runs in a service's container (`docker compose exec`), with its secrets."""
        with self._surroundings(service) as given:
            given["env"] |= changed
            done = subprocess.run([ROOT / "docker" / "with-secrets", *command], check=False, **given)
        assert done.returncode == 0, f"{command} ended with {done.returncode}: {self.said(service)[-3000:]}"

    def asked(self, login: str, query: str, *, database: str = "hedui") -> subprocess.CompletedProcess[str]:
        """A query of one of the database's logins, as `psql` answers it."""
        to = ["-h", "127.0.0.1", "-p", str(self.database_port), "-U", login, "-d", database, "-v", "ON_ERROR_STOP=1"]
        known = {**os.environ, "PGPASSWORD": self.password(login)}
        command = [postgres.binaries() / "psql", *to, "-Atqc", query]
        return subprocess.run(command, env=known, capture_output=True, text=True, check=False)

    def password(self, login: str) -> str:
        """The password of one of the database's logins."""
        secret = {"airflow": "airflow_database"}.get(login, login.replace("hedui_", "ledger_"))
        return (self.secrets / f"{secret}_password").read_text()

    def environment(self, service: str) -> dict[str, str]:
        """The service's environment from compose.yml, places and ports replaced by those of this machine."""
        given = {name: self._here(value, service) for name, value in SERVICES[service]["environment"].items()}
        paths = {"SECRETS_FOLDER": self._seen(service), "PRIVATE_FOLDER": self._private(service)}
        programs = f"{Path(sys.executable).parent}{os.pathsep}{self._programs()}"
        own = {"PATH": programs, "PYTHONPATH": str(ROOT), "HOME": str(self.folder), "PYTHONWARNINGS": "ignore"}
        return own | {name: str(path) for name, path in paths.items()} | given

    def _programs(self) -> Path:
        """The image holds no program beside Python's but those of its base and PostgreSQL's clients, which stand where
        Debian puts them: what else this machine has is not seen."""
        folder = self._made("shared", "programs")
        for name in ("cat", "date", "mkdir", "sed", "sh"):
            if not (folder / name).exists():
                (folder / name).symlink_to(str(shutil.which(name)))
        return folder

    def _started(self, service: str) -> list[str]:
        return [
            str(ROOT / "docker" / "with-secrets"),
            *(self._here(part, service) for part in SERVICES[service]["command"]),
        ]

    @contextmanager
    def _surroundings(self, service: str) -> Iterator[dict[str, Any]]:
        seen = self._seen(service)
        for name in SERVICES[service]["secrets"]:
            shutil.copyfile(self.secrets / name, seen / name)
        with (self.folder / f"{service}.log").open("ab") as out:
            yield {"env": self.environment(service), "stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}

    def _seen(self, service: str) -> Path:
        return self._made(service, "secrets")

    def _private(self, service: str) -> Path:
        return self._made(service, "private")

    def _made(self, service: str, name: str) -> Path:
        path = self.folder / service / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _here(self, text: str, service: str) -> str:
        places = self._places(service)
        text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)  # a variable that nobody set
        return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], text)

    def _places(self, service: str) -> Mapping[str, str]:
        return {
            "postgres:5432": f"127.0.0.1:{self.database_port}",
            "api-server:8080": f"127.0.0.1:{self.api_port}",
            "0.0.0.0": "127.0.0.1",
            "8080": str(self.api_port),
            "8088": str(self.workbench_port),
            "8974": str(self.scheduler_port),
            "/run/secrets": str(self._seen(service)),
            "/run/hedui": str(self._private(service)),
            "/opt/airflow": str(self._made(service, "airflow")),
            "/opt/hedui": str(ROOT),
            "/var/lib/hedui-audit": str(self._made("shared", "audit")),
            "/var/lib/hedui": str(self._made("shared", "state")),
            "/var/log/airflow": str(self._made("shared", "logs")),
            "/inbox": str(self._made("shared", "inbox")),
            "/backups": str(self.backups),
            "/backup-keys": str(self.backup_keys),
        }


@contextmanager
def profile(folder: Path) -> Iterator[Profile]:
    """Secrets made by the shipped script, and a PostgreSQL initialised as the profile's service is."""
    one = Profile(folder, *(_free_port() for _ in range(4)))
    subprocess.run([ROOT / "docker" / "make-secrets", one.secrets], check=True)
    with _postgres(one):
        try:
            yield one
        finally:
            one.end()


@contextmanager
def _postgres(one: Profile) -> Iterator[None]:
    programs, place = postgres.binaries(), Path(tempfile.mkdtemp(prefix="hedui-profile-"))
    password = place / "password"
    shutil.copyfile(one.secrets / "postgres_password", password)
    unprivileged: list[str] = []
    if os.geteuid() == 0:
        for path in (place, password):
            os.chown(path, postgres.NOBODY, postgres.NOBODY)
        unprivileged = ["setpriv", f"--reuid={postgres.NOBODY}", f"--regid={postgres.NOBODY}", "--clear-groups"]
    arguments = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    made = [
        programs / "initdb",
        "-D",
        place / "data",
        "-U",
        "postgres",
        f"--pwfile={password}",
        *arguments,
        "--no-sync",
    ]
    subprocess.run([*unprivileged, *made], check=True, capture_output=True)
    served = [*SERVICES["postgres"]["command"][1:], "-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"]
    served += ["-p", str(one.database_port), "-k", str(place), "-D", str(place / "data")]
    with (one.folder / "postgres.log").open("ab") as out:
        server = subprocess.Popen([*unprivileged, programs / "postgres", *served], stdout=out, stderr=out)
    try:
        _databases(one, programs, place)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
        shutil.rmtree(place)


def _databases(one: Profile, programs: Path, place: Path) -> None:
    ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(one.database_port)]
    deadline = time.monotonic() + 60
    while subprocess.run(ready, check=False).returncode:
        assert time.monotonic() < deadline, one.said("postgres")
        time.sleep(0.1)
    written = (ROOT / "docker" / "postgres" / "10-databases.sql").read_text("utf-8")
    script = written.replace("/run/secrets", str(one.secrets))
    to = ["-h", "127.0.0.1", "-p", str(one.database_port), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q"]
    known = {**os.environ, "PGPASSWORD": (one.secrets / "postgres_password").read_text()}
    subprocess.run([programs / "psql", *to], input=script.encode(), env=known, check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
