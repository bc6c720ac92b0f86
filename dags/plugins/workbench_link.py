"""Airflow's pages lead to the workbench: an entry in its menu, and a button on every task for the run it works on.

Links only: what a plugin serves inside Airflow is not authenticated by it, and the workbench forbids being shown in
Airflow's frame. Without HEDUI_WORKBENCH_URL there is none.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk import BaseOperatorLink

from core.settings import settings


class RunInWorkbench(BaseOperatorLink):
    """The button on a task; Airflow's API server asks for its address when somebody looks."""

    name = "核对批次 Run in the workbench"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The workbench's page of whatever this run of Airflow made."""
        there = f"{quote(ti_key.dag_id, safe='')}/{quote(ti_key.run_id, safe='')}"
        return f"{(settings().workbench_url or '').rstrip('/')}/runs/airflow/{there}"


class WorkbenchLink(AirflowPlugin):
    """Known to Airflow by standing in its plugins folder."""

    name = "hedui_workbench"
    external_views = (
        [{"name": "核对工作台 Workbench", "href": settings().workbench_url, "destination": "nav"}]
        if settings().workbench_url
        else []
    )
    global_operator_extra_links = [RunInWorkbench()] if settings().workbench_url else []
