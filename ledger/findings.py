"""Findings' lives in the ledger: each nightly run advances them once; what changed is appended, what stayed is not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlalchemy import Connection, func, select

from core.errors import DefectError, OperatorError
from core.moment import RunKind, now, today
from ledger import audit, bulk
from ledger import run_states as runs
from ledger.lives import LIVE, changed_fields, transitions
from ledger.run import Ledger
from ledger.schema import finding_advance, finding_event, run_event

__all__ = ["advance", "alive", "history", "living", "previous", "suppress", "transitions"]

LONGEST_SUPPRESSION = timedelta(days=180)
_PREVIOUS = {
    "finding_key": pl.String,
    "rule": pl.String,
    "household_key": pl.String,
    "person_key": pl.String,
    "state": pl.String,
    "revision": pl.Int32,
    "material": pl.String,
    "until_date": pl.Date,
}
_STORED = (
    "finding_key",
    "rule",
    "household_key",
    "person_key",
    "run_id",
    "state",
    "material",
    "revision",
    "reason",
    "at",
)
_WHY = {
    "new": "seen for the first time",
    "reopened": "seen again after it had ended or with news while it was suppressed",
    "same": "seen again, as it was before it could not be looked for",
    "held": "not seen, and it could not be looked for",
    "gone": "looked for and not found",
    "left_roster": "the household or the person is no longer on the roster",
    "rule_withdrawn": "its rule is no longer released",
    "grade_lost": "a row it stood on is no longer surely this person's",
}
"""Why a finding became what it became; of a change the fields that changed are named."""


def advance(
    connection: Connection,
    run_id: str,
    observed: pl.DataFrame,
    looked: pl.DataFrame,
    ends: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Advance every life by one nightly run, inside the caller's write transaction; frames as in `lives.transitions`.

    Advancing the same run again gives the same transitions and appends nothing.

    Raises:
        DefectError: the run is not nightly.
    """
    run = runs.get_within(connection, run_id)
    if run.kind is not RunKind.NIGHTLY:
        raise DefectError("lives.kind", f"a {run.kind} run changes no life", where=run_id, todo="report it")
    advanced = select(finding_advance.c.after_sequence).where(finding_advance.c.run_id == run_id)
    done: int | None = connection.execute(advanced).scalar()
    after = done if done is not None else _last_sequence(connection)
    before = _lapse(previous(connection, up_to=after), run.as_of)
    steps = transitions(before, observed, looked, ends)
    if done is None:
        _store(connection, run_id, after, _explained(before, steps))
    return steps


def previous(connection: Connection, up_to: int | None = None) -> pl.DataFrame:
    """Where every finding stands after event `up_to` (default: the last); events of recalled runs do not count.

    Columns: finding_key, rule, household_key, person_key, state, revision, material, until_date (of a suppression).
    """
    recalled = select(run_event.c.run_id).where(run_event.c.kind == "recalled")
    counted = finding_event.c.run_id.is_(None) | finding_event.c.run_id.not_in(recalled)
    if up_to is not None:
        counted &= finding_event.c.sequence <= up_to
    last = select(func.max(finding_event.c.sequence)).where(counted).group_by(finding_event.c.finding_key)
    columns = [finding_event.c[name] for name in _PREVIOUS]
    return bulk.frame(connection, select(*columns).where(finding_event.c.sequence.in_(last)), _PREVIOUS)


def alive(connection: Connection) -> pl.DataFrame:
    """Findings that are alive, suppressed ones included; columns as `previous`, sorted by key."""
    return previous(connection).filter(pl.col("state").is_in([*LIVE, "suppressed"])).sort("finding_key")


def living(ledger: Ledger) -> pl.DataFrame:
    """`alive` on a snapshot of its own."""
    with ledger.read() as connection:
        return alive(connection)


def history(ledger: Ledger, finding_key: str) -> list[dict[str, Any]]:
    """Every recorded event of one finding, in order: state, revision, run_id, reason, by_whom, until_date, at."""
    names = ("state", "revision", "run_id", "material", "reason", "by_whom", "until_date", "at")
    query = select(*(finding_event.c[name] for name in names)).where(finding_event.c.finding_key == finding_key)
    with ledger.read() as connection:
        return [dict(row) for row in connection.execute(query.order_by(finding_event.c.sequence)).mappings()]


def suppress(ledger: Ledger, finding_key: str, *, until: date, reason: str, by: str) -> None:
    """Silence one household's finding until a date, at most 180 days ahead; news of it ends the silence.

    Raises:
        OperatorError: name or reason is missing, the date is too far or past, or the finding is not alive.
    """
    if not reason.strip() or not today() <= until <= today() + LONGEST_SUPPRESSION:
        raise OperatorError(
            "finding.suppression",
            "a suppression needs a reason and ends within 180 days",
            where=finding_key,
            todo="give a reason and an earlier date",
        )

    def write(connection: Connection) -> None:
        found = alive(connection).filter(pl.col("finding_key") == finding_key)
        if found.is_empty():
            raise OperatorError(
                "finding.not_alive", "there is no such living finding", where=finding_key, todo="check the finding"
            )
        row = found.drop("until_date", "state").row(0, named=True)
        row |= {"state": "suppressed", "until_date": until, "reason": reason, "by_whom": by, "at": now()}
        connection.execute(finding_event.insert().values(row))
        detail = {"until": until.isoformat(), "reason": reason}
        audit.append(connection, ledger.settings, "finding.suppressed", by=by, subject=finding_key, detail=detail)

    ledger.write_all(write)


def _lapse(before: pl.DataFrame, as_of: date) -> pl.DataFrame:
    lapsed = (pl.col("state") == "suppressed") & (pl.col("until_date") < as_of)
    return before.with_columns(state=pl.when(lapsed).then(pl.lit("held")).otherwise("state")).drop("until_date")


def _explained(before: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """The transitions with the reason of each."""
    was = steps.join(before.select("finding_key", was="material"), on="finding_key", how="left", maintain_order="left")
    changes = [
        f"changed: {', '.join(changed_fields(old, new))}" if state == "changed" else _WHY.get(state)
        for state, old, new in was.select("state", "was", "material").iter_rows()
    ]
    return steps.with_columns(reason=pl.Series(changes, dtype=pl.String))


def _store(connection: Connection, run_id: str, after: int, steps: pl.DataFrame) -> None:
    at = now()
    stays = (pl.col("state") == "same") & (pl.col("before") != "held")
    kept = (pl.col("state") == pl.col("before")) | stays
    told = steps.filter(~kept.fill_null(False)).with_columns(run_id=pl.lit(run_id), at=pl.lit(at))
    bulk.append(connection, finding_event, told.select(_STORED))
    counts = dict(steps["state"].value_counts().sort("state").iter_rows())
    row = {"run_id": run_id, "after_sequence": after, "counts": counts, "at": at}
    connection.execute(finding_advance.insert().values(row))


def _last_sequence(connection: Connection) -> int:
    last = connection.execute(select(func.max(finding_event.c.sequence))).scalar()
    return int(last or 0)
