"""Alerts that Airflow raises when a deadline passes: one line per alert, for the steward and the dashboards."""

from __future__ import annotations

import json
import logging
from typing import Any

from core.moment import now
from core.settings import settings

log = logging.getLogger(__name__)


def landing_is_late(source: str, context: dict[str, Any] | None = None) -> None:
    """A source's landing has not ended within its deadline."""
    _record("landing_late", source=source, context=context)


def night_is_late(context: dict[str, Any] | None = None) -> None:
    """The night has not ended within its deadline: yesterday's run stays current."""
    _record("night_late", source="", context=context)


def _record(kind: str, *, source: str, context: dict[str, Any] | None) -> None:
    run = (context or {}).get("dag_run", {})
    run_id = run.get("dag_run_id", "") if isinstance(run, dict) else getattr(run, "run_id", "")
    alert = {"at": now().isoformat(), "kind": kind, "source": source, "airflow_run": str(run_id)}
    with (settings().folder("alerts") / f"{now():%Y-%m}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(alert, ensure_ascii=False) + "\n")
    log.warning("alert %s source=%s airflow_run=%s", kind, source, run_id)
