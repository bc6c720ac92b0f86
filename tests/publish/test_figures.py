"""The figures by which two nights are compared."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from publish.figures import figures_of
from publish.gate import _pause_banner
from sources.card import Words


def test_a_paused_feed_is_counted_apart_so_that_it_stops_itself_and_not_the_night() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table household as select 'h1' household_key;"
            "create table member as select 'p1' person_key;"
            "create table rule_run(rule varchar, state varchar);"
            "create table finding(rule varchar, finding_key varchar, severity varchar);"
            "create table coverage as select * from (values"
            " ('vehicle', 'found', null), ('vehicle', 'could_not_look', 'feed_paused'),"
            " ('vehicle', 'could_not_look', 'delivery_refused'), ('vehicle', 'could_not_look', 'delivery_held'),"
            " ('vehicle', 'could_not_look', 'delivery_paused'),"
            " ('tax', 'could_not_look', 'gap_in_chain'), ('tax', 'none', null)) cells(source, value, reason)"
        )
        figures = figures_of(connection)
    assert figures.unseen_share("vehicle") == 0
    assert figures.coverage["vehicle"] == {"found": 1, "paused": 4}
    assert figures.unseen_share("tax") == 0.5


@pytest.mark.parametrize(("cells", "zh"), [(0, "此后送来的数据没有看到"), (3, "本次有 3 项未能核对")])
def test_a_paused_feed_is_told_of_whether_or_not_it_leaves_a_check_unmade(cells: int, zh: str) -> None:
    since = datetime(2026, 6, 18, 17, tzinfo=UTC)
    told = _pause_banner(Words(zh="机动车登记", en="Registered vehicles"), since, cells)
    assert "机动车登记自 2026-06-19 起暂停" in told["zh"]
    assert zh in told["zh"]
    assert " 0 " not in told["en"]
