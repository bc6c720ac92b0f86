"""The rows a question stands on, as the provider delivered them, with every identifying value masked.

What is masked is decided by the sensitivity on the source's card, not by the name of a column.
"""

from __future__ import annotations

import polars as pl

from core.settings import Settings
from ledger.run import Ledger
from publish.delivered import delivered_rows
from workbench.evidence.snapshot import Row, Snapshot


def evidence_rows(run: Snapshot, household_key: str, *, ledger: Ledger, settings: Settings) -> dict[str, list[Row]]:
    """Finding key → its rows: source, file, line, hash, grade, the delivery's date, and `delivered` (masked)."""
    found = run.rows(
        """
        select evidence.*, coalesce(run_delivery.as_of, run_delivery.period_month) as about_date, run_delivery.sha256
        from evidence
        join finding using (finding_key)
        left join run_delivery on run_delivery.delivery_id = evidence.delivery_id
        where finding.household_key = ?
        """,
        household_key,
    )
    if not found:
        return {}
    once = {row["row_key"]: row for row in found}
    opened = delivered_rows(
        pl.DataFrame(list(once.values()), infer_schema_length=None),
        household_key,
        reveal=False,
        ledger=ledger,
        settings=settings,
    )
    told = {row["row_key"]: row for row in opened}
    grouped: dict[str, list[Row]] = {}
    for row in sorted(found, key=lambda one: (one["source"], one["file_name"], one["line_number"])):
        grouped.setdefault(row["finding_key"], []).append({**told[row["row_key"]], "match_grade": row["match_grade"]})
    return grouped
