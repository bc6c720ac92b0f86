"""`make up`: Airflow and the workbench left serving on the loopback, until Ctrl-C."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from cli.airflow_services import Airflow, start, stop
from core.settings import Settings, settings
from workbench.accounts import demonstration_password
from workbench.run import PORT, app_of, serving


def serve_until_interrupted(*, say: Callable[[str], None]) -> None:
    """Start Airflow and the workbench, say where to sign in, and stop both cleanly on Ctrl-C.

    Airflow ending by itself ends both. Each is told where the other is, and links to it.
    """
    os.environ.setdefault("HEDUI_WORKBENCH_URL", f"http://127.0.0.1:{PORT}")
    airflow = start(settings(), say=say)
    os.environ.setdefault("HEDUI_AIRFLOW_URL", airflow.base_url)
    try:
        say(f"Airflow serves at {airflow.base_url} · user {airflow.user} · password {airflow.password}")
        with serving(app_of(settings()), port=PORT) as address:
            say(f"The workbench serves at {address}{_accounts(settings())}")
            say("Ctrl-C stops both cleanly.")
            _until_it_ends(airflow)
    except KeyboardInterrupt:
        say("Stopping")
    finally:
        stop(airflow)
        say("Airflow and the workbench: stopped")


def _accounts(of: Settings) -> str:
    if of.environment == "production":
        return ""
    return f" · users analyst, reviewer, supervisor, … · password {demonstration_password(of)}"


def _until_it_ends(airflow: Airflow) -> None:
    while airflow.process.poll() is None:
        time.sleep(1)
