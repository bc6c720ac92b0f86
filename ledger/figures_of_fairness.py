"""Whether some are asked more, and with less reason, than others: verdicts by place and by size of household."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ledger.case_schema import case_, decision, flag_verdict
from ledger.case_words import Verdict
from ledger.desk import Desk
from ledger.rule_precision import judged
from ledger.scope import Scope


@dataclass(frozen=True)
class Judged:
    """Flags that were settled in households of one community and size, and how many of them were confirmed."""

    region_code: str
    member_count: int
    settled: int
    confirmed: int


def judged_by_home(desk: Desk, scope: Scope, *, since: datetime) -> list[Judged]:
    """The verdicts that stood (`ledger.rule_precision`), by community and household size."""
    by = (case_.c.region_code, case_.c.member_count)
    query = judged(select(*by, flag_verdict.c.verdict, func.count()), scope.where(), decision.c.at >= since)
    counted: dict[tuple[str, int], Counter[bool]] = {}
    with desk.read(scope) as scoped:
        for region, size, verdict, number in scoped.connection.execute(query.group_by(*by, flag_verdict.c.verdict)):
            if verdict != Verdict.CANNOT_VERIFY:
                counted.setdefault((region, size), Counter())[verdict == Verdict.CONFIRMED] += number
    return [Judged(region, size, told.total(), told[True]) for (region, size), told in sorted(counted.items())]
