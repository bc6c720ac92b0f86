"""What a run knows of a delivery's rows, however often it was read."""

from __future__ import annotations

from tests.warehouse.centre import Centre, member, signed

ACCOUNT = "select rows, matched, not_subject from run_delivery where source = 'authorisation'"


def test_a_delivery_read_again_for_who_came_later_accounts_for_everybody(centre: Centre) -> None:
    centre.roster(member("h1", "p1"), member("h2", "p2"))
    rows = [signed("p1"), signed("p2"), signed("p9")]
    centre.deliver("authorisation", "20260601", rows, searched=[{"p1"}, {"p2"}])
    assert centre.join().rows(ACCOUNT) == [(3, 2, 1)]


def test_a_row_that_two_readings_know_is_still_one_row(centre: Centre) -> None:
    centre.roster(member("h1", "p1"), member("h2", "p2"))
    centre.deliver("authorisation", "20260601", [signed("p1")], searched=[{"p1"}, {"p1", "p2"}])
    assert centre.join().rows(ACCOUNT) == [(1, 1, 0)]
