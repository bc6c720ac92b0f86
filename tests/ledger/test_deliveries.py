"""Deliveries: recorded once, their state as known at an instant, the delivery that came before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import DefectError, OperatorError
from ledger import deliveries
from ledger.run import Ledger
from tests.ledger.examples import LANDED, landed, record


def test_a_delivery_is_recorded_once_and_read_back_whole(each_ledger: Ledger) -> None:
    one = record(each_ledger, landed("roster", claims_received_at=LANDED - timedelta(days=400)))
    assert not deliveries.record(each_ledger, one)
    assert deliveries.get(each_ledger, one.delivery_id) == one
    assert [event.kind for event in deliveries.events(each_ledger, one.delivery_id)] == ["landed"]


def test_an_unknown_delivery_is_the_operators_question(each_ledger: Ledger) -> None:
    with pytest.raises(OperatorError, match=r"delivery\.unknown"):
        deliveries.get(each_ledger, "roster-000000000000")


def test_an_event_of_an_unknown_kind_is_refused(each_ledger: Ledger) -> None:
    one = record(each_ledger, landed("roster"))
    with pytest.raises(DefectError, match=r"delivery\.kind"):
        deliveries.add_event(each_ledger, one.delivery_id, "lost", {})


def test_what_arrives_or_is_judged_later_changes_nothing_for_an_earlier_moment(each_ledger: Ledger) -> None:
    one = record(each_ledger, landed("roster"), "accepted", at=LANDED + timedelta(hours=1))
    name = one.delivery_id
    assert deliveries.state_at(each_ledger, name, LANDED - timedelta(seconds=1)) == "not_landed"
    assert deliveries.state_at(each_ledger, name, LANDED) == "landed"
    assert deliveries.accepted(each_ledger, "roster", LANDED) == []
    assert deliveries.accepted(each_ledger, "roster", LANDED + timedelta(hours=1)) == [one]
    assert deliveries.list_deliveries(each_ledger, known_at=LANDED - timedelta(seconds=1)) == []


def test_a_verdict_stands_through_later_extraction_and_purging(each_ledger: Ledger) -> None:
    one = record(each_ledger, landed("roster"))
    for step, (kind, state) in enumerate(
        [
            ("duplicate_received", "landed"),
            ("extracted", "extracted"),
            ("refused", "refused"),
            ("accepted", "accepted"),
            ("extracted", "accepted"),
            ("purged", "accepted"),
        ],
        start=1,
    ):
        at = LANDED + timedelta(minutes=step)
        deliveries.add_event(each_ledger, one.delivery_id, kind, {}, at)
        assert deliveries.state_at(each_ledger, one.delivery_id, at) == state


def test_deliveries_of_other_sources_are_not_mixed_in(each_ledger: Ledger) -> None:
    roster = record(each_ledger, landed("roster"), "accepted", at=LANDED)
    record(each_ledger, landed("vehicle"), "accepted", at=LANDED)
    assert deliveries.accepted(each_ledger, "roster", LANDED) == [roster]
    assert deliveries.list_deliveries(each_ledger, source="roster") == [roster]


def test_the_delivery_before_is_the_accepted_one_of_the_month_before_even_when_both_landed_together(
    each_ledger: Ledger,
) -> None:
    months = [date(2026, month, 1) for month in (3, 4, 5)]
    march, april, may = [
        landed("contribution", number, period_month=month, as_of=None) for number, month in enumerate(months)
    ]
    for delivery, state in ((may, "accepted"), (april, "refused"), (march, "accepted")):
        record(each_ledger, delivery, state, at=LANDED)
        deliveries.record_health(each_ledger, delivery.delivery_id, "s1", {"matched": 1}, {"rows": delivery.file_name})
    before = deliveries.previous_health(each_ledger, may.delivery_id)
    assert before is not None
    assert before.delivery_id == march.delivery_id
    assert deliveries.previous_health(each_ledger, march.delivery_id) is None


def test_health_read_again_with_other_figures_is_the_one_that_counts(each_ledger: Ledger) -> None:
    one = record(each_ledger, landed("vehicle")).delivery_id
    for rows in (10, 10, 11):
        deliveries.record_health(each_ledger, one, "s1", {"matched": rows}, {"id_without_x": False})
    deliveries.record_health(each_ledger, one, "s2", {"matched": 3}, {})
    first = deliveries.health_of(each_ledger, one, "s1")
    last = deliveries.health_of(each_ledger, one)
    assert first is not None
    assert last is not None
    assert (first.account, last.account) == ({"matched": 11}, {"matched": 3})
    assert deliveries.health_of(each_ledger, one, "s3") is None
