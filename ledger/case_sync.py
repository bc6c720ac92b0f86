"""Case sync: one night's findings become flags of cases, inside the transaction that makes the night current.

What people decided is never undone here. News sends a waiting second review back to the first person; a finding that
ended ends its flag by its own word; a question that nobody asks any more lets its case lapse. Doing it again for the
same run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlalchemy import Connection, func, select

from core.moment import now, today
from core.sealing import derive, master_key, token
from core.settings import Settings
from ledger import bulk, case_budget, findings
from ledger.case_changes import add_flags, end_flags, go_on, hold_flags, open_flags, standing_of
from ledger.case_schema import case_, case_member
from ledger.case_words import Kind, Status
from ledger.cases import SYNC, step
from ledger.lives import LIVE
from ledger.notices import pass_in_silence
from ledger.run_states import Run

People = Callable[[list[str]], pl.DataFrame]
_CASES = {"case_id": pl.Int64, "household_key": pl.String, "programme_code": pl.String, "status": pl.String}
_LEVELS = {"province": 2, "city": 4, "county": 6, "town": 9}
_UNFLAGGED = {
    **{"rule_top": None, "flag_count": 0, "severity": "sample", "severity_rank": 6, "difference_fen": None},
    "evidence_fingerprint": "",
}


@dataclass(frozen=True)
class CaseNight:
    """What one nightly run tells the cases.

    `asked`: finding_key, rule_version, severity, match_grade, difference_yuan, amount_period of tonight's findings.
    `homes`: household_key, region_code, programme_code, member_count of the households of the day.
    `people`: households → household_key, person_key, relation_code, name_masked, id_masked, heads first.
    """

    asked: pl.DataFrame
    homes: pl.DataFrame
    people: People


def advance(connection: Connection, settings: Settings, run: Run, night: CaseNight) -> dict[str, int]:
    """Bring cases and flags to where the findings' lives stand now; how many of what was done.

    Runs after `ledger.findings.advance`, in the same write transaction.
    """
    standing = findings.previous(connection)
    living = standing.filter(pl.col("state").is_in(LIVE))
    flags = open_flags(connection)
    kept = flags.join(living.select("finding_key", "material", life="state"), on=["finding_key", "material"])
    hold_flags(connection, kept)
    wanted = living.join(kept.select("finding_key"), on="finding_key", how="anti")
    wanted = wanted.join(night.asked, on="finding_key").join(night.homes, on="household_key")
    superseded = flags.filter(pl.col("finding_key").is_in(wanted["finding_key"].to_list()))
    over = flags.join(living.select("finding_key"), on="finding_key", how="anti")
    over = over.join(standing.select("finding_key", end="state"), on="finding_key", how="left")
    ended = end_flags(connection, run.run_id, superseded, over)
    placed, opened = _place(connection, settings, run, night, _in_fen(wanted))
    added = add_flags(connection, run, placed)
    counts = go_on(connection, run, added=added - opened, ended=ended - opened)
    counts["opened"] = len(opened)
    counts["sampled"] = _sample(connection, settings, run, night, living)
    counts["left"] = _leave(connection, night.homes)
    counts["silent"] = pass_in_silence(connection, settings, run.as_of)
    counts["released"] = case_budget.release_within(connection, settings, run.run_id)
    return {name: number for name, number in sorted(counts.items()) if number}


def _in_fen(wanted: pl.DataFrame) -> pl.DataFrame:
    monthly = pl.when(pl.col("amount_period") == "month").then((pl.col("difference_yuan") * 100).cast(pl.Int64))
    return wanted.with_columns(difference_fen=monthly)


def cycle_of(day: date, months: int) -> str:
    """The review cycle a day lies in, named by its first month (`2026-01`)."""
    index = (day.year * 12 + day.month - 1) // months * months
    return f"{index // 12}-{index % 12 + 1:02d}"


def lots(settings: Settings, purpose: str, share: float) -> Callable[[str], bool]:
    """Whether a keyed hash draws a text into a share: not to be foreseen without the key, and to be repeated."""
    key = derive(master_key(settings), purpose)
    return lambda text: int(token(key, text)[:13], 16) < share * 16**13


def _place(
    connection: Connection, settings: Settings, run: Run, night: CaseNight, wanted: pl.DataFrame
) -> tuple[pl.DataFrame, set[int]]:
    """The wanted findings with the case each belongs to, and which of these cases were opened for it."""
    cycle = cycle_of(run.as_of, settings.review_cycle_months)
    running = case_.c.status.not_in([Status.CLOSED, Status.LAPSED])
    there = select(*(case_.c[name] for name in _CASES))
    there = there.where(case_.c.kind == Kind.FLAGGED, running | (case_.c.cycle == cycle))
    cases = bulk.frame(connection, there, _CASES).sort(pl.col("status").is_in(["closed", "lapsed"]), "case_id")
    homes = {(row["household_key"], row["programme_code"]): row["case_id"] for row in reversed(cases.to_dicts())}
    new: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in wanted.iter_rows(named=True):
        home = (row["household_key"], row["programme_code"])
        if home not in homes:
            new.setdefault(home, []).append(row)
    opened = _open(connection, settings, run, night, list(new.values()), Kind.FLAGGED, cycle)
    homes |= dict(zip(new, opened, strict=True))
    ids = [homes[home] for home in wanted.select("household_key", "programme_code").iter_rows()]
    return wanted.with_columns(case_id=pl.Series(ids, dtype=pl.Int64)), set(opened)


def _open(
    connection: Connection,
    settings: Settings,
    run: Run,
    night: CaseNight,
    homes: list[list[dict[str, Any]]],
    kind: Kind,
    cycle: str,
) -> list[int]:
    """Open a case per household (its rows of flags, or of `homes` alone); their numbers, in order."""
    first = int(connection.execute(select(func.max(case_.c.case_id))).scalar() or 0) + 1
    at, due = now(), today() + timedelta(days=settings.case_due_days)
    rows, ids = [], list(range(first, first + len(homes)))
    blind = lots(settings, "blind", settings.blind_share)
    for case_id, flags in zip(ids, homes, strict=True):
        one, region = flags[0], flags[0]["region_code"]
        row = {"case_id": case_id, "case_no": f"HD-{run.as_of.year}-{case_id:07d}", "cycle": cycle, "kind": kind.value}
        row |= {name: one[name] for name in ("household_key", "programme_code", "region_code", "member_count")}
        row |= {f"{level}_code": region[:digits] for level, digits in _LEVELS.items()}
        row |= standing_of(flags) if kind is Kind.FLAGGED else _UNFLAGGED
        row |= {"status": Status.WAITING.value if kind is Kind.FLAGGED else Status.NEW.value, "due_date": due}
        row |= {"round": 1, "evidence_version": 1, "run_id": run.run_id, "opened_at": at, "version": 1}
        row["blind"] = blind(f"{one['household_key']}:{cycle}")
        rows.append({**row, "changed_by": SYNC, "changed_why": "opened", "changed_at": at})
    if rows:
        bulk.insert(connection, case_, list(rows[0]), [list(row.values()) for row in rows])
        _add_members(connection, night, dict(zip((str(row["household_key"]) for row in rows), ids, strict=True)))
    return ids


def _add_members(connection: Connection, night: CaseNight, cases: dict[str, int]) -> None:
    columns = ("case_id", "household_key", "person_key", "relation_code", "name_masked", "id_masked")
    people = night.people(sorted(cases)).select(columns[1:]).iter_rows()
    bulk.insert(connection, case_member, columns, [(cases[row[0]], *row) for row in people])


def _sample(connection: Connection, settings: Settings, run: Run, night: CaseNight, living: pl.DataFrame) -> int:
    cycle = cycle_of(run.as_of, settings.review_cycle_months)
    known = select(case_.c.household_key).where(
        case_.c.status.not_in([Status.CLOSED, Status.LAPSED]) | (case_.c.cycle == cycle)
    )
    busy = set(connection.execute(known).scalars()) | set(living["household_key"])
    drawn = lots(settings, "sample", settings.sample_share)
    chosen = [
        [home]
        for home in night.homes.sort("household_key").iter_rows(named=True)
        if home["household_key"] not in busy and drawn(f"{run.run_id}:{home['household_key']}")
    ]
    return len(_open(connection, settings, run, night, chosen, Kind.SAMPLE, cycle))


def _leave(connection: Connection, homes: pl.DataFrame) -> int:
    """Let the drawn cases of households that left the roster lapse; flagged ones lapse with their flags."""
    here = set(homes["household_key"])
    undecided = [Status.NEW, Status.REVIEW, Status.AWAIT, Status.SNOOZED, Status.SECOND, Status.DIFFERS]
    drawn_cases = select(case_.c.case_id, case_.c.version, case_.c.household_key)
    drawn_cases = drawn_cases.where(case_.c.kind == Kind.SAMPLE, case_.c.status.in_(undecided))
    left = [row for row in connection.execute(drawn_cases).all() if row[2] not in here]
    for case_id, version, _ in left:
        step(connection, case_id, version, by=SYNC, why="left_roster", status=Status.LAPSED, lease_until=None)
    return len(left)
