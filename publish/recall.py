"""Recall of a published run as the command line does it: one call asks, another person's call confirms."""

from __future__ import annotations

from typing import Any

from core.settings import Settings
from ledger import runs
from ledger.run import Ledger


def recall(run_id: str, *, by: str, reason: str, ledger: Ledger, settings: Settings) -> dict[str, Any]:
    """Ask for a recall, or confirm it where another person has asked; what was done, and which run is current now.

    The folder stays: what was once shown must stay explicable.

    Raises:
        OperatorError: name or reason is missing, or the run is not published.
    """
    asked = {event.detail["by"] for event in runs.events(ledger, run_id) if event.kind == "recall_requested"}
    if not asked - {by.strip()}:
        runs.request_recall(ledger, run_id, by.strip(), reason)
        said = f"recall of {run_id} asked by {by}; another person must confirm with the same command"
        return {"run_id": run_id, "state": "requested", "current": runs.current(ledger), "said": said}
    current = runs.confirm_recall(ledger, run_id, by.strip(), reason)
    said = f"✓ {run_id} is recalled; current is now {current or 'none'}"
    return {"run_id": run_id, "state": "recalled", "current": current, "said": said}
