"""The figures by which two nights are compared."""

from __future__ import annotations

import duckdb

from publish.figures import figures_of


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
