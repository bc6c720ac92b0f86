"""The workbench's door: serve it."""

from __future__ import annotations

import uvicorn

from core.errors import OperatorError
from core.settings import Settings
from workbench.app import build_app


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = 8088) -> None:
    """Serve the workbench until it is interrupted.

    Raises:
        OperatorError: a production installation still keeps its ledger in SQLite, or the ledger cannot be opened.
    """
    if settings.environment == "production" and settings.ledger.startswith("sqlite"):
        raise OperatorError(
            "workbench.sqlite",
            "in production the workbench needs PostgreSQL: SQLite has no row-level security",
            where="HEDUI_LEDGER_URL",
            todo="set it to the PostgreSQL database of the ledger",
        )
    uvicorn.run(build_app(settings), host=host, port=port, log_level="warning", server_header=False, access_log=False)
