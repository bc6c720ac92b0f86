"""What a night's changes of flags do to the cases they stand in."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection, select

from core.moment import now
from ledger import bulk
from ledger.case_schema import case_, flag
from ledger.case_words import OPEN_FLAG, SEVERITY_RANK, FlagState, Status
from ledger.cases import SYNC, step
from ledger.run_states import Run
from ledger.table_parts import batched

FLAGS = {
    "flag_id": pl.Int64,
    "case_id": pl.Int64,
    "finding_key": pl.String,
    "material": pl.String,
    "state": pl.String,
}
_STORED = (
    *("case_id", "finding_key", "revision", "rule", "rule_version", "person_key", "severity", "match_grade"),
    *("difference_fen", "material", "state", "run_id", "at"),
)
_STANDING = ("case_id", "finding_key", "rule", "severity", "difference_fen", "material")
_UNDECIDED = (Status.WAITING, Status.NEW, Status.REVIEW, Status.AWAIT, Status.SNOOZED, Status.SECOND, Status.DIFFERS)
_DECIDED = (Status.SECOND, Status.DIFFERS, Status.ISSUE)


def open_flags(connection: Connection) -> pl.DataFrame:
    """Every flag that still asks something, with its case; columns as `FLAGS`."""
    columns = [flag.c.sequence.label("flag_id"), *(flag.c[name] for name in FLAGS if name != "flag_id")]
    return bulk.frame(connection, select(*columns).where(flag.c.state.in_(OPEN_FLAG)), FLAGS)


def hold_flags(connection: Connection, kept: pl.DataFrame) -> None:
    """Say of flags that stand whether the night could look: `life` is the finding's state, `state` the flag's."""
    could = pl.when(pl.col("life") == "held").then(pl.lit("held")).otherwise(pl.lit("live"))
    turned = kept.with_columns(could=could).filter(pl.col("could") != pl.col("state"))
    for state in OPEN_FLAG:
        _set_flags(connection, turned.filter(pl.col("could") == state.value)["flag_id"], {"state": state})


def end_flags(connection: Connection, run_id: str, superseded: pl.DataFrame, over: pl.DataFrame) -> set[int]:
    """End flags, each by its own word (`end`; a finding nobody knows any more was a recalled run's); their cases."""
    ends = over.with_columns(end=pl.col("end").fill_null(FlagState.RECALLED.value))
    replaced = superseded.with_columns(end=pl.lit(FlagState.SUPERSEDED.value))
    both = pl.concat([ends.select("flag_id", "case_id", "end"), replaced.select("flag_id", "case_id", "end")])
    for (end,), some in both.group_by("end"):
        _set_flags(connection, some["flag_id"], {"state": end, "ended_run_id": run_id})
    return set(both["case_id"])


def add_flags(connection: Connection, run: Run, placed: pl.DataFrame) -> set[int]:
    """Add tonight's new flags to the cases they were placed in (`case_id`); those cases."""
    last: dict[tuple[int, str], int] = defaultdict(int)
    for chunk in batched(sorted(set(placed["case_id"]))):
        query = select(flag.c.case_id, flag.c.finding_key, flag.c.revision).where(flag.c.case_id.in_(chunk))
        for case_id, finding_key, revision in connection.execute(query):
            last[case_id, finding_key] = max(last[case_id, finding_key], revision)
    at = now()
    rows = []
    for row in placed.iter_rows(named=True):
        revision = max(row["revision"], last[row["case_id"], row["finding_key"]] + 1)
        state = FlagState.HELD if row["state"] == "held" else FlagState.LIVE
        told = {**row, "revision": revision, "state": state.value, "run_id": run.run_id, "at": at}
        rows.append([told[name] for name in _STORED])
    bulk.insert(connection, flag, _STORED, rows)
    return set(placed["case_id"])


def go_on(connection: Connection, run: Run, *, added: set[int], ended: set[int]) -> Counter[str]:
    """Let every case that got or lost flags go on: how many reopened, lapsed, or had their evidence changed."""
    counts: Counter[str] = Counter()
    for chunk in batched(sorted(added | ended)):
        columns = (case_.c.case_id, case_.c.status, case_.c.version, case_.c.round, case_.c.evidence_version)
        standing: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        asked = select(*(flag.c[name] for name in _STANDING))
        asked = asked.where(flag.c.case_id.in_(chunk), flag.c.state.in_(OPEN_FLAG))
        for one in connection.execute(asked).mappings():
            standing[one["case_id"]].append(dict(one))
        for row in connection.execute(select(*columns).where(case_.c.case_id.in_(chunk))).mappings().all():
            news = row["case_id"] in added
            goes = _goes(Status(row["status"]), news=news, asked=bool(standing[row["case_id"]]))
            if goes is None:
                continue
            why, values, rounds = goes
            values |= standing_of(standing[row["case_id"]]) | {"run_id": run.run_id}
            values |= {"evidence_version": row["evidence_version"] + news, "round": row["round"] + rounds}
            step(connection, row["case_id"], row["version"], by=SYNC, why=why, **values)
            counts[why] += 1
    return counts


def standing_of(flags: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the queue shows of these flags: the gravest first, the largest difference, a hash of what is asked."""
    asked = json.dumps(sorted([one["finding_key"], one["material"]] for one in flags), ensure_ascii=False)
    values: dict[str, Any] = {
        "flag_count": len(flags),
        "evidence_fingerprint": hashlib.sha256(asked.encode()).hexdigest(),
    }
    if not flags:
        return values
    top = min(flags, key=lambda one: (SEVERITY_RANK[one["severity"]], one["rule"]))
    differences = [one["difference_fen"] for one in flags if one["difference_fen"] is not None]
    values |= {"rule_top": top["rule"], "severity": top["severity"], "severity_rank": SEVERITY_RANK[top["severity"]]}
    return {**values, "difference_fen": max(differences, key=abs, default=None)}


def _goes(status: Status, *, news: bool, asked: bool) -> tuple[str, dict[str, Any], int] | None:
    freed = {"outcome": None, "lease_until": None}
    if status in (Status.CLOSED, Status.LAPSED):
        to = Status.NEW if status is Status.CLOSED else Status.WAITING
        return ("reopened", {**freed, "status": to, "assignee": None}, 1) if news else None
    if not asked and status in _UNDECIDED:
        return "lapsed", {"status": Status.LAPSED, "lease_until": None}, 0
    if status in _DECIDED:
        return "evidence_changed", {**freed, "status": Status.REVIEW}, 1
    if status is Status.SNOOZED and news:
        return "evidence_changed", {"status": Status.REVIEW, "snoozed_until_date": None}, 0
    return "updated", {}, 0


def _set_flags(connection: Connection, flag_ids: Iterable[int], values: dict[str, Any]) -> None:
    for chunk in batched(flag_ids):
        connection.execute(flag.update().where(flag.c.sequence.in_(chunk)).values(values))
