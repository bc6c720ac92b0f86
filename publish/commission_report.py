"""What a commissioned check found, as counts and sentences without a name: for programs and for the command line."""

from __future__ import annotations

from typing import Any

import polars as pl

from core.settings import Settings
from ledger import commissions
from ledger.run import open_ledger
from publish.findings import findings, published_folder

UNSEEN = "could_not_look"


def report(settings: Settings, check_id: int) -> dict[str, Any]:
    """State, and of a check that was looked at: sentences of its findings and, by source, what could not be looked at.

    Raises:
        OperatorError: there is no such check.
    """
    check = commissions.known(open_ledger(settings), check_id)
    told: dict[str, Any] = {"check": check.number, "state": check.state, "run_id": check.run_id}
    if check.run_id is None:
        return told | {"said": check.told}
    asked = findings(check.run_id, settings=settings).select("rule", "severity", "sentence_zh", "sentence_en")
    return told | {"findings": asked.to_dicts(), "coverage": _coverage(settings, check.run_id)}


def report_lines(told: dict[str, Any]) -> list[str]:
    """The same for people."""
    lines = [f"{told['check']} · {told['state']}"]
    lines += [f"? {one['rule']} {one['severity']} · {one['sentence_zh']}" for one in told.get("findings", [])]
    for source, cells in told.get("coverage", {}).items():
        why = f" · {', '.join(cells['reasons'])}" if cells["reasons"] else ""
        lines.append(f"{source}: found {cells['found']}, none {cells['none']}, could not look {cells[UNSEEN]}{why}")
    return lines


def _coverage(settings: Settings, run_id: str) -> dict[str, dict[str, Any]]:
    cells = pl.read_parquet(published_folder(run_id, settings) / "coverage.parquet").with_columns(
        pl.col("source", "value", "reason").cast(pl.String)
    )
    told: dict[str, dict[str, Any]] = {}
    for (source,), of_source in cells.group_by("source", maintain_order=True):
        counts = dict(of_source["value"].value_counts().iter_rows())
        unseen = of_source.filter(pl.col("value") == UNSEEN)["reason"].drop_nulls().unique().sort().to_list()
        counted = {value: counts.get(value, 0) for value in ("found", "none", UNSEEN)}
        told[str(source)] = {**counted, "reasons": unseen}
    return dict(sorted(told.items()))
