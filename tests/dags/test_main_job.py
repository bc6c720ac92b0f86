"""The main job for real: a scheduler, an executor, an API server, a triggerer, and the invented town."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core.settings import ROOT


@pytest.mark.slow
def test_the_main_job_lands_and_verifies_the_town_on_a_real_airflow_and_leaves_nothing_running(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "cli.main", "demonstrate", "--scale", "town", "--seed", "7"],
        env={**os.environ, "HEDUI_HOME": str(home), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for said in (
        "Airflow: healthy",
        "verify_households.publish",
        "could not look:",
        "recall",
        "Data Docs",
        "Airflow adds",
        "Took",
    ):
        assert said in done.stdout
    assert "REJECTED" not in done.stdout
    left = [
        process.pid
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get("AIRFLOW_HOME") == str(home / "airflow")
    ]
    assert left == []
