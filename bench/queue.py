"""The queue's SQL over many open cases, as the workbench asks it: on PostgreSQL as its role under row-level security.

Milliseconds at the median and the 95th percentile of 25: the server's own (`explain analyze`, planning apart; on
PostgreSQL), and those of the call, the way there and back and the objects included. The design asks for 5 ms of SQL.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from ledger import case_queue
from ledger.case_queue import Filters
from ledger.desk import Desk
from ledger.scope import Scope

ROUNDS = 25
COUNTY, CITY, PROVINCE = Scope(("210106",)), Scope(("2101",)), Scope(("21",))
RULES = ("common-urgent", "rare-urgent", "common-information", "rare-information", "second-information")


def queue_sql(desk: Desk) -> dict[str, dict[str, float]]:
    """What is asked → `server` and `call`, each with `_p95`, in milliseconds."""
    every, light = Filters(), Filters(rule="common-information")
    deep = _deep_mark(desk, every, size=1000)
    pages = {
        "first page of a county": (COUNTY, every, None),
        "first page of the province": (PROVINCE, every, None),
        "page 1,000 of the province": (PROVINCE, every, deep),
        **{
            f"first page of the {where}, one rule: {rule}": (scope, Filters(rule=rule), None)
            for where, scope in (("county", COUNTY), ("city", CITY), ("province", PROVINCE))
            for rule in RULES
        },
        "deep page of the province, one rule": (PROVINCE, light, _deep_mark(desk, light, size=300)),
        "first page of two regions, one rule": (Scope((*COUNTY.prefixes, "2102")), light, None),
        "first page of the province, unassigned": (PROVINCE, Filters(unassigned=True), None),
    }
    told = {name: _page(desk, *asked) for name, asked in pages.items()}
    told["count up to 1,000"] = _call(lambda: case_queue.count(desk, PROVINCE, every))
    told["count up to 1,000, one rule"] = _call(lambda: case_queue.count(desk, PROVINCE, light))
    told["facets of a county"] = _call(lambda: case_queue.facets(desk, COUNTY, every))
    told["rules of the province (every five minutes)"] = _call(lambda: case_queue.asking_rules(desk, PROVINCE))
    return told


def spread(name: str, took: list[float]) -> dict[str, float]:
    """The median under `name` and the 95th percentile under `<name>_p95`, in the unit given."""
    cut = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    return {name: round(statistics.median(took), 2), f"{name}_p95": round(cut, 2)}


def _page(desk: Desk, scope: Scope, filters: Filters, after: str | None) -> dict[str, float]:
    told = _call(lambda: case_queue.page(desk, scope, filters, after=after))
    if desk.ledger.engine.dialect.name != "postgresql":
        return told
    return spread("server", [_server(desk, scope, filters, after) for _ in range(ROUNDS)]) | told


def _server(desk: Desk, scope: Scope, filters: Filters, after: str | None) -> float:
    query = case_queue.page_query(scope, filters, after, 50)
    with desk.read(scope) as scoped:
        statement = query.compile(dialect=scoped.connection.dialect, compile_kwargs={"literal_binds": True})
        plan = scoped.connection.exec_driver_sql(f"explain (analyze, timing off, format json) {statement}").scalar_one()
    return float(plan[0]["Execution Time"])


def _deep_mark(desk: Desk, filters: Filters, *, size: int) -> str | None:
    after = None
    for _ in range(50):
        after = case_queue.page(desk, PROVINCE, filters, after=after, size=size).after or after
    return after


def _call(ask: Callable[[], object]) -> dict[str, float]:
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    return spread("call", took)
