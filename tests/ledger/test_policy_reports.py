"""Counts of what browsers blocked: who sends many fills no table and moves nothing back."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from core.moment import today
from ledger import policy_reports
from ledger.policy_reports import MOST_A_DAY, MOST_OF_ONE, Blocked
from ledger.run import Ledger


def told(ledger: Ledger) -> dict[tuple[str, str], int]:
    return {(one.directive, one.page): one.reports for one in policy_reports.since(ledger, today())}


def test_counts_of_one_day_add_up_over_processes(each_ledger: Ledger) -> None:
    policy_reports.count(each_ledger, {("img-src", "/queue"): 2, ("script-src", "/"): 1})
    policy_reports.count(each_ledger, {("img-src", "/queue"): 3})
    assert policy_reports.since(each_ledger, today()) == [
        Blocked(today(), "img-src", "/queue", 5),
        Blocked(today(), "script-src", "/", 1),
    ]


def test_a_flood_ends_at_a_number_and_takes_nobodys_turn_to_write(
    each_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy_reports.count(each_ledger, {("img-src", "/queue"): MOST_OF_ONE - 1})
    policy_reports.count(each_ledger, {("img-src", "/queue"): 20})
    assert told(each_ledger) == {("img-src", "/queue"): MOST_OF_ONE}
    monkeypatch.setattr(type(each_ledger), "write_all", lambda *_: pytest.fail("a turn was taken"))
    policy_reports.count(each_ledger, {("img-src", "/queue"): 20})


def test_a_day_has_so_many_counts_and_no_more_and_the_rest_is_counted_as_other(each_ledger: Ledger) -> None:
    policy_reports.count(each_ledger, {("img-src", f"/{n}"): 1 for n in range(MOST_A_DAY + 7)})
    counts = told(each_ledger)
    assert len(counts) == MOST_A_DAY + 1
    assert counts["other", "other"] == 7
    assert sum(counts.values()) == MOST_A_DAY + 7


@pytest.mark.parametrize(
    "statement",
    [
        "update policy_report set reports = reports - 1",
        "update policy_report set page = '/'",
        "update policy_report set reports = 1001",
        "delete from policy_report",
    ],
)
def test_a_count_only_rises(each_ledger: Ledger, statement: str) -> None:
    policy_reports.count(each_ledger, {("img-src", "/queue"): 2})

    def write(connection: Connection) -> None:
        connection.execute(text(statement))

    with pytest.raises(DatabaseError):
        each_ledger.write_all(write)
    assert told(each_ledger) == {("img-src", "/queue"): 2}
