"""The queue's SQL over 100,000 open cases on PostgreSQL, as the workbench's role under row-level security.

`python -m bench.queue postgresql+psycopg://…/an_empty_database` writes into that database and prints milliseconds:
the server's own (`explain analyze`, planning apart) and those of the call, the way there and back and the objects
included, each at the median of 25. It reports and asserts nothing; the design asks for 5 ms of SQL (workbench §9).
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.moment import Moment, RunKind
from core.settings import Settings
from ledger import bulk, case_queue, runs
from ledger.case_queue import Filters
from ledger.case_schema import case_
from ledger.case_words import SEVERITY_RANK
from ledger.desk import Desk, open_desk
from ledger.run import Ledger, open_ledger
from ledger.scope import Scope

CASES = 100_000
ROUNDS = 25
DAY = date(2026, 6, 20)


def main(url: str, count: int = CASES) -> dict[str, dict[str, float]]:
    """Fill the database with open cases of 90 counties and time pages, count and facets."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), ledger_url=url)
        _fill(open_ledger(settings), count)
        desk = open_desk(settings)
        county, province, every = Scope(("210106",)), Scope(("21",)), Filters()
        deep = _deep_mark(lambda after: case_queue.page(desk, province, every, after=after, size=1000).after)
        pages = {
            "first page of a county": (county, None),
            "first page of the province": (province, None),
            "deep page of the province": (province, deep),
        }
        told = {name: _page(desk, scope, after) for name, (scope, after) in pages.items()}
        told["count up to 10,000"] = {"call": _median(lambda: case_queue.count(desk, province, every))}
        told["facets of a county"] = {"call": _median(lambda: case_queue.facets(desk, county, every))}
        desk.close()
        return told


def _page(desk: Desk, scope: Scope, after: str | None) -> dict[str, float]:
    return {
        "server": round(statistics.median(_server(desk, scope, after) for _ in range(ROUNDS)), 2),
        "call": _median(lambda: case_queue.page(desk, scope, Filters(), after=after)),
    }


def _server(desk: Desk, scope: Scope, after: str | None) -> float:
    query = case_queue.page_query(scope, Filters(), after, 50)
    with desk.read(scope) as scoped:
        statement = query.compile(dialect=scoped.connection.dialect, compile_kwargs={"literal_binds": True})
        plan = scoped.connection.exec_driver_sql(f"explain (analyze, timing off, format json) {statement}").scalar_one()
    return float(plan[0]["Execution Time"])


def _deep_mark(turn: Callable[[str | None], str | None]) -> str | None:
    after = None
    for _ in range(50):
        after = turn(after) or after
    return after


def _median(ask: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(took), 2)


def _fill(ledger: Ledger, count: int) -> None:
    run_id = runs.begin(ledger, Moment(DAY, datetime(2026, 6, 20, 17, tzinfo=UTC)), RunKind.NIGHTLY)
    rows = [_row(number, run_id) for number in range(1, count + 1)]
    ledger.write_all(lambda connection: bulk.insert(connection, case_, list(rows[0]), [list(r.values()) for r in rows]))
    with ledger.write() as connection:
        connection.execute(text("analyze case_"))


def _row(number: int, run_id: str) -> dict[str, Any]:
    severity = list(SEVERITY_RANK)[number % len(SEVERITY_RANK)]
    county = f"21{number % 15 + 1:02d}{number // 15 % 6 + 1:02d}"
    region = f"{county}{number // 90 % 9 + 1:03d}{number % 11 + 1:03d}"
    at = datetime(2026, 6, 20, 18, tzinfo=UTC)
    row: dict[str, Any] = {"case_id": number, "case_no": f"HD-2026-{number:07d}", "household_key": f"h{number:07d}"}
    row |= {"programme_code": "dibao", "cycle": "2026-01", "kind": "flagged", "region_code": region}
    row |= {"province_code": "21", "city_code": region[:4], "county_code": county, "town_code": region[:9]}
    row |= {"member_count": 2, "rule_top": f"R-{number % 16:02d}", "flag_count": 1, "severity": severity}
    row |= {"severity_rank": SEVERITY_RANK[severity], "status": "new", "due_date": DAY + timedelta(days=number % 30)}
    row |= {"round": 1, "evidence_version": 1, "evidence_fingerprint": "", "blind": False, "run_id": run_id}
    return row | {"opened_at": at, "version": 1, "changed_by": "sync", "changed_why": "opened", "changed_at": at}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1]), ensure_ascii=False, indent=1))
