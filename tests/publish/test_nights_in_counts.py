"""The published nights in counts by place, as the dashboards tell them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest

from ledger.case_words import Kind, Outcome
from ledger.figures_of_errors import Concluded
from ledger.scope import Scope
from publish.feed_history import feed_histories
from publish.folder import discard
from publish.nights import Nights as Counted
from publish.nights import within
from publish.payments_after import payments_after
from sources.card import load_cards
from tests.publish.nights import DAY, Nights, car, listed

HERE, THERE = "421002001001", "421002002001"
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def counted(nights: Nights) -> Counted:
    return Counted(nights.centre.ledger, nights.centre.settings)


def test_what_is_asked_is_counted_where_the_household_lives(nights: Nights, counted: Counted) -> None:
    people = [listed("p1", region_code=HERE), listed("p2", region_code=THERE), listed("p3", region_code=THERE)]
    run = nights.night(DAY, people, [car("p1", "t1"), car("p2", "t2")]).run_id
    asked = counted.asked(run)
    assert asked.rows() == [("R-VEH-01", "eligibility", HERE, 1), ("R-VEH-01", "eligibility", THERE, 1)]
    homes = within(counted.homes(run), Scope((THERE[:9],)))
    assert homes.select(pl.col("households", "flagged").sum()).row(0) == (2, 1)
    assert within(asked, Scope(())).is_empty()
    assert counted.rules(run) == ["R-ID-01", "R-VEH-01"]


def test_what_could_not_be_looked_into_is_counted_apart_from_nothing(nights: Nights, counted: Counted) -> None:
    run = nights.night(DAY, [listed("p1"), listed("p2")], [car("p1")], unsigned=["p2"]).run_id
    unseen = counted.unseen(run).filter(pl.col("rule") == "R-VEH-01")
    assert unseen["households"].to_list() == [1]


def test_a_night_tells_what_is_new_gone_and_no_longer_to_be_looked_at(nights: Nights, counted: Counted) -> None:
    people = [listed("p1"), listed("p2"), listed("p3")]
    cars = [car("p1", "t1"), car("p2", "t2")]
    first = nights.night(DAY, people, cars).run_id
    second = nights.night(NEXT, people, [car("p3", "t3")], unsigned=["p2"]).run_id
    told = {run: dict(counted.steps(run).select("step", "findings").iter_rows()) for run in (first, second)}
    assert told == {first: {"new": 2}, second: {"new": 1, "gone": 1, "held": 1}}


def test_who_left_the_roster_is_counted_where_they_lived(nights: Nights, counted: Counted) -> None:
    stays, leaves = listed("p1", region_code=HERE), listed("p2", region_code=THERE)
    nights.night(DAY, [stays, leaves], [car("p1", "t1"), car("p2", "t2")])
    run = nights.night(NEXT, [stays], [car("p1", "t1")]).run_id
    assert counted.steps(run).select("step", "region_code").rows() == [("ended", THERE)]


def test_two_rules_overlap_where_they_ask_the_same_household(nights: Nights, counted: Counted) -> None:
    people = [listed("p1", roster_id_state="damaged"), listed("p2", roster_id_state="damaged"), listed("p3")]
    run = nights.night(DAY, people, [car("p1", "t1"), car("p3", "t3")]).run_id
    assert counted.overlaps(run).select("rule", "other", "households").rows() == [("R-ID-01", "R-VEH-01", 1)]
    assert dict(counted.askers(run).select("rule", "households").iter_rows()) == {"R-ID-01": 2, "R-VEH-01": 2}


def test_nights_whose_folders_were_thinned_are_not_told(nights: Nights, counted: Counted) -> None:
    gone = nights.night(DAY, [listed("p1")], [car("p1")]).run_id
    kept = nights.night(NEXT, [listed("p1")], [car("p1")]).run_id
    assert [run.run_id for run in counted.published()] == [gone, kept]
    discard(counted.folder(gone))
    assert [run.run_id for run in counted.published()] == [kept]


def test_a_payment_after_a_closed_case_is_the_roster_s_and_unknown_is_not_unchanged(
    nights: Nights, counted: Counted
) -> None:
    paid = [listed(f"p{n}", benefit_monthly_yuan=Decimal(500)) for n in range(1, 5)]
    before = nights.night(DAY, paid, []).run_id
    later = [
        listed("p1", benefit_monthly_yuan=Decimal(300)),
        listed("p2", benefit_monthly_yuan=Decimal(550)),
        listed("p3", benefit_monthly_yuan=Decimal(500)),
    ]
    current = nights.night(NEXT, later, []).run_id
    closed = [Concluded(n, f"h{n}", Kind.FLAGGED, Outcome.UNDECLARED, before) for n in range(1, 5)]
    closed.append(Concluded(5, "h5", Kind.FLAGGED, Outcome.UNDECLARED, "thinned"))
    [told] = payments_after(counted, closed, current)
    assert told.ways == {"lowered": 1, "stopped": 1, "raised": 1, "same": 1, "unknown": 1}
    assert told.monthly_yuan == Decimal(-150)


def test_a_feed_tells_every_delivery_and_none_where_nothing_came(nights: Nights) -> None:
    nights.deliver(DAY, [listed("p1")], [car("p1")])
    published = nights.publish(nights.asked())
    settings = nights.centre.settings
    cards = load_cards(settings.sources_folder)
    told = {one.card.source: one for one in feed_histories(nights.centre.ledger, cards, published.folder)}
    assert set(told) == set(cards)
    newest = told["vehicle"].newest
    assert newest is not None
    assert (newest.state, newest.about, newest.rows, newest.share("matched")) == ("accepted", DAY, 1, 1.0)
    assert newest.lag_days == (newest.landed - newest.about).days
    assert told["cremation"].newest is None


def test_where_time_stands_a_file_landed_later_counts_as_come_by_then(
    nights: Nights,
) -> None:
    nights.deliver(DAY, [listed("p1")], [car("p1")])
    published = nights.publish(nights.asked())
    cards, ledger = load_cards(nights.centre.settings.sources_folder), nights.centre.ledger
    [came] = [one.newest for one in feed_histories(ledger, cards, published.folder) if one.card.source == "vehicle"]
    assert came is not None
    for stands_at, at_latest in ((came.landed - timedelta(days=1), True), (came.landed, False)):
        known = feed_histories(ledger, cards, published.folder, stands_at=stands_at)
        [newest] = [one.newest for one in known if one.card.source == "vehicle"]
        assert newest is not None
        assert (newest.landed, newest.at_latest) == (stands_at, at_latest)
