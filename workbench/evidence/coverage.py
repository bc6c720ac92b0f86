"""What was looked at: found, looked and found none, could not look. Three values, and never two of them one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from workbench.evidence.snapshot import Row, Snapshot

VALUES = ("found", "none", "could_not_look")


@dataclass(frozen=True)
class Cell:
    """One member × source over the months the run looked at.

    `value` is `found`, `none`, `could_not_look`, or `partly`: some months found or none, some could not be looked at.
    """

    value: str
    months: int
    unseen_months: int
    reasons: tuple[str, ...]


def coverage_grid(run: Snapshot, household_key: str) -> tuple[list[str], dict[str, dict[str, Cell]]]:
    """The sources in order, and person key → source → cell, for the members of the household."""
    rows = cells(run, household_key)
    gathered: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        gathered.setdefault(row["person_key"], {}).setdefault(row["source"], []).append(row)
    grid = {person: {source: _cell(told) for source, told in one.items()} for person, one in gathered.items()}
    return sorted({row["source"] for row in rows}), grid


def cells(run: Snapshot, household_key: str) -> list[Row]:
    """What was looked at for the household's members, by source, member and month.

    The members are named one by one: so the reader passes over what lies between them unread.
    """
    members = [
        row["person_key"] for row in run.rows("select person_key from member where household_key = ?", household_key)
    ]
    named = ", ".join("?" * len(members)) or "null"
    return run.rows(
        f"""
        select person_key, source, value, reason, month from coverage
        where person_key in ({named})
        order by source, person_key, month
        """,  # noqa: S608 placeholders alone
        *members,
    )


def _cell(rows: list[Row]) -> Cell:
    counted = Counter(row["value"] for row in rows)
    unseen = counted["could_not_look"]
    reasons = tuple(sorted({str(row["reason"]) for row in rows if row["value"] == "could_not_look"}))
    months = len({row["month"] for row in rows})
    unseen_months = len({row["month"] for row in rows if row["value"] == "could_not_look"})
    if unseen == len(rows):
        value = "could_not_look"
    elif unseen:
        value = "partly"
    else:
        value = "found" if counted["found"] else "none"
    return Cell(value, months, unseen_months, reasons)
