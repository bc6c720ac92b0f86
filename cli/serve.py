"""`make up`: Airflow left serving on the loopback, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable

from cli.airflow_services import start, stop
from core.settings import settings


def serve_until_interrupted(*, say: Callable[[str], None]) -> None:
    """Start Airflow, say where to sign in, and stop it cleanly on Ctrl-C or when it ends by itself."""
    airflow = start(settings(), say=say)
    try:
        say(f"Airflow serves at {airflow.base_url} · user {airflow.user} · password {airflow.password}")
        say("Ctrl-C stops it cleanly.")
        while airflow.process.poll() is None:
            time.sleep(1)
    except KeyboardInterrupt:
        say("Airflow: stopping")
    finally:
        stop(airflow)
        say("Airflow: stopped")
