"""Open cases in number, of ninety counties of one province, each with a question and a member: for measuring.

A rule asks at one severity, as rules do: `common-<severity>` in nearly all its cases, `rare-<severity>` in one of 800;
in every third case `second-information` asks beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from ledger import bulk
from ledger.case_schema import QUEUED, case_, case_member, flag
from ledger.case_words import SEVERITY_RANK
from ledger.run import Ledger

DAY = date(2026, 6, 20)
_AT = datetime(2026, 6, 20, 18, tzinfo=UTC)
_TOGETHER = 10_000


def filled(ledger: Ledger, run_id: str, count: int) -> int:
    """Let the ledger hold `count` open cases: what is missing is made; how many were made. The planner is told."""
    with ledger.read() as connection:
        there = connection.execute(select(func.count()).select_from(case_).where(text(QUEUED))).scalar_one()
        last = connection.execute(select(func.max(case_.c.case_id))).scalar() or 0
    for first in range(0, count - there, _TOGETHER):
        numbers = range(last + first + 1, last + min(first + _TOGETHER, count - there) + 1)
        ledger.write_all(_made(numbers, run_id))
    with ledger.write() as connection:
        connection.execute(text("analyze"))
    return max(count - there, 0)


def _made(numbers: range, run_id: str) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        for table, made in ((case_, _case), (flag, _flag), (flag, _second_flag), (case_member, _member)):
            rows = [row for number in numbers if (row := made(number, run_id))]
            bulk.insert(connection, table, list(rows[0]) if rows else [], [list(one.values()) for one in rows])

    return write


def _case(number: int, run_id: str) -> dict[str, Any]:
    county = f"21{number % 15 + 1:02d}{number // 15 % 6 + 1:02d}"
    region = f"{county}{number // 90 % 9 + 1:03d}{number % 11 + 1:03d}"
    row: dict[str, Any] = {"case_id": number, "case_no": f"HD-2026-M{number:07d}", "household_key": f"m{number:07d}"}
    row |= {"programme_code": "dibao", "cycle": "2026-01", "kind": "flagged", "region_code": region}
    row |= {"province_code": "21", "city_code": region[:4], "county_code": county, "town_code": region[:9]}
    row |= {"member_count": 2, "rule_top": _rule(number), "flag_count": 1, "severity": _severity(number)}
    row |= {"severity_rank": SEVERITY_RANK[_severity(number)], "status": "new"}
    row |= {"due_date": DAY + timedelta(days=number % 30), "round": 1, "evidence_version": 1}
    row |= {"evidence_fingerprint": "", "blind": False, "run_id": run_id, "opened_at": _AT, "version": 1}
    return row | {"changed_by": "sync", "changed_why": "opened", "changed_at": _AT}


def _flag(number: int, run_id: str) -> dict[str, Any]:
    row: dict[str, Any] = {"case_id": number, "finding_key": f"m{number:07d}", "revision": 1, "rule": _rule(number)}
    row |= {"rule_version": "1", "person_key": None, "severity": _severity(number), "match_grade": "A"}
    return row | {"material": "{}", "state": "live", "run_id": run_id, "at": _AT}


def _second_flag(number: int, run_id: str) -> dict[str, Any]:
    if number // 6 % 3:
        return {}
    second = {"finding_key": f"m{number:07d}-2", "rule": "second-information", "severity": "information"}
    return _flag(number, run_id) | second


def _member(number: int, _run_id: str) -> dict[str, Any]:
    row = {"case_id": number, "household_key": f"m{number:07d}", "person_key": f"mp{number:07d}"}
    return row | {
        "relation_code": "head",
        "name_masked": "王*",
        "id_masked": f"{_case(number, '')['county_code']}********0000",
    }


def _severity(number: int) -> str:
    return list(SEVERITY_RANK)[number * 7 // 6 % len(SEVERITY_RANK)]


def _rule(number: int) -> str:
    return f"{'common' if number % 800 else 'rare'}-{_severity(number)}"
