"""Airflow's own pages lead to the workbench, as Airflow itself reads the plugin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.dags.conftest import airflow_variables

PRINTED = """
import json, warnings
warnings.simplefilter("ignore")
from airflow.models.taskinstancekey import TaskInstanceKey
from airflow.plugins_manager import get_global_operator_extra_links, get_import_errors, get_plugin_info
assert not get_import_errors()
task = TaskInstanceKey("verify_households", "publish", "scheduled__2026-06-20T01:00:00+08:00", 1, -1)
views = [view for one in get_plugin_info() if one["name"] == "hedui_workbench" for view in one["external_views"]]
buttons = [link.get_link(None, ti_key=task) for link in get_global_operator_extra_links()]
print(json.dumps([[view["href"] for view in views], buttons]))
"""


def links(home: Path, **variables: str) -> list[list[str]]:
    """Where the plugin's menu entries and a task's buttons lead, as Airflow itself reads them."""
    own = {**airflow_variables(home), "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "dags" / "plugins"), **variables}
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PRINTED],
        env={**os.environ, **own},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    found: list[list[str]] = json.loads(told.stdout.splitlines()[-1])
    return found


def test_a_task_of_airflow_leads_to_the_run_it_works_on(tmp_path: Path) -> None:
    here = "http://127.0.0.1:8088"
    run = "scheduled__2026-06-20T01%3A00%3A00%2B08%3A00"
    assert links(tmp_path, HEDUI_WORKBENCH_URL=here) == [[here], [f"{here}/runs/airflow/verify_households/{run}"]]


def test_without_a_workbench_there_is_no_link(tmp_path: Path) -> None:
    assert links(tmp_path) == [[], []]


@pytest.mark.filterwarnings("ignore")
def test_the_plugin_is_no_dag_file(dag_bag: object) -> None:
    assert (ROOT / "dags" / ".airflowignore").read_text(encoding="utf-8").split() == ["plugins/"]
    assert not any("plugins" in stat.file for stat in dag_bag.dagbag_stats)  # type: ignore[attr-defined]
