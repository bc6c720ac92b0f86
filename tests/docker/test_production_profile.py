"""The start commands of docker/compose.yml, by hand, against a real PostgreSQL: no container engine runs here."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.docker.profile_by_hand import SERVICES, Profile, profile

STARTED = ("api-server", "scheduler", "dag-processor", "triggerer", "workbench", "worker")


@pytest.mark.slow
def test_the_profile_migrates_becomes_healthy_reads_the_dags_and_stops_cleanly(tmp_path: Path) -> None:
    with profile(tmp_path) as one:
        one.run("migrate")
        one.run("migrate")
        assert one.asked("hedui_owner", "select count(*) from alembic_version").stdout.strip() == "1"
        assert one.asked("airflow", "select pool from slot_pool where pool = 'warehouse'", database="airflow").stdout

        for service in STARTED:
            one.start(service)
        for service in STARTED:
            one.wait_until_healthy(service)
        assert read_dags(one) >= {"verify_households", "purge_expired", "land_roster"}
        statuses = {service: one.stop(service) for service in reversed(STARTED)}
        assert set(statuses.values()) <= {0}, statuses
        no_secret_was_said(one)


def read_dags(one: Profile) -> set[str]:
    base = f"http://127.0.0.1:{one.api_port}"
    password = json.loads((one.secrets / "airflow_passwords.json").read_text())["steward"]
    signed_in = httpx.post(f"{base}/auth/token", json={"username": "steward", "password": password}, timeout=30)
    bearer = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    errors = httpx.get(f"{base}/api/v2/importErrors", headers=bearer, timeout=30).json()["import_errors"]
    assert [error["stack_trace"] for error in errors] == []
    dags = httpx.get(f"{base}/api/v2/dags", headers=bearer, params={"limit": 100}, timeout=30).json()["dags"]
    return {dag["dag_id"] for dag in dags}


def no_secret_was_said(one: Profile) -> None:
    texts = {service: one.said(service) for service in (*SERVICES, "postgres")}
    logs = one.folder / "shared" / "logs"
    texts |= {str(path): path.read_text("utf-8", errors="replace") for path in logs.rglob("*") if path.is_file()}
    texts |= {f"environment of {service}": str(one.environment(service)) for service in STARTED}
    words = [
        path.read_text() for path in one.secrets.iterdir() if path.suffix == "" and not path.name.startswith("hedui_")
    ]
    words += json.loads((one.secrets / "airflow_passwords.json").read_text()).values()
    assert [place for place, text in texts.items() if any(word in text for word in words)] == []
