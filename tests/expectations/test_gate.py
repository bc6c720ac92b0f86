from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.gate import Figures, judge
from sources.card import Card
from tests.expectations.wage_feed import CARD

HEALTHY = Figures(
    rows_received=10_000,
    classes={"matched": 300, "not_subject": 9_600, "unusable_id": 90, "refused_by_meaning": 10},
    ids=9_990,
    ids_ending_000=9,
    ids_ending_x=900,
    unknown_code_rows=0,
    control_rows=10_000,
    control_sums={"收入": Decimal("12.50")},
    sums={"收入": Decimal("12.50")},
    previous_rows=9_800,
)


def limits(card: Card, **changed: object) -> list[str]:
    return [reason.limit for reason in judge(card, replace(HEALTHY, **changed))]  # type: ignore[arg-type]


def test_a_healthy_delivery_passes_every_limit(card: Card) -> None:
    assert limits(card) == []


def test_a_half_length_snapshot_is_not_used(card: Card) -> None:
    assert limits(card, previous_rows=20_001) == ["row_change_share"]
    assert limits(card, previous_rows=20_000) == []


def small(card: Card, rows: int, before: int, kind: str) -> list[str]:
    healthy = card.healthy.model_copy(update={"rows_min": 0})
    feed = card.model_copy(update={"healthy": healthy, "kind": kind})
    return [reason.limit for reason in judge(feed, Figures(rows, {"matched": rows}, 0, 0, 0, 0, previous_rows=before))]


def test_events_of_a_small_feed_vary_by_chance_and_a_small_stock_does_not(card: Card) -> None:
    assert small(card, 4, 1, "delta") == []
    assert small(card, 40, 25, "delta") == []
    assert small(card, 18, 36, "snapshot") == []
    assert small(card, 17, 36, "snapshot") == ["row_change_share"]
    assert small(card, 300, 100, "delta") == ["row_change_share"]


def test_the_first_delivery_of_a_feed_has_nothing_to_be_compared_with(card: Card) -> None:
    assert limits(card, previous_rows=None) == []


def test_a_delivery_with_almost_no_rows_is_not_used(card: Card) -> None:
    few = replace(HEALTHY, rows_received=99, classes={"not_subject": 99}, control_rows=99, previous_rows=99)
    assert [reason.limit for reason in judge(card, few)] == ["rows_min"]


def test_ids_that_a_spreadsheet_cut_stop_the_delivery_from_one_in_a_hundred_on(card: Card) -> None:
    assert limits(card, ids_ending_000=99) == []
    assert limits(card, ids_ending_000=100) == ["id_ending_000_share_max"]


def test_two_ids_ending_000_in_a_small_file_say_nothing(card: Card) -> None:
    assert limits(card, ids=60, ids_ending_000=2, ids_ending_x=4) == []
    assert limits(card, ids=60, ids_ending_000=3, ids_ending_x=4) == ["id_ending_000_share_max"]


def test_no_id_ending_in_x_stops_a_delivery_of_enough_rows_only(card: Card) -> None:
    assert limits(card, ids=200, ids_ending_000=0, ids_ending_x=0) == []
    assert limits(card, ids=201, ids_ending_000=0, ids_ending_x=0) == ["id_without_x"]


def test_totals_the_provider_says_were_sent_must_be_met(card: Card) -> None:
    assert limits(card, control_rows=10_001) == ["control_rows"]
    assert limits(card, control_sums={"收入": Decimal("12.51")}) == ["control_sum:收入"]
    assert limits(card, sums={}) == ["control_sum:收入"]
    assert limits(card, control_rows=None, control_sums=None) == []


@pytest.mark.parametrize(
    ("row_class", "most", "limit"),
    [("unusable_id", 200, "unusable_id_share_max"), ("structurally_refused", 10, "structural_refusal_share_max")],
)
def test_too_many_rows_of_a_refused_class_stop_the_delivery(card: Card, row_class: str, most: int, limit: str) -> None:
    assert limits(card, classes={row_class: most, "not_subject": 10_000 - most}) == []
    assert limits(card, classes={row_class: most + 1, "not_subject": 10_000 - most - 1}) == [limit]


def test_totals_rows_and_repeated_headers_are_no_data_that_a_provider_counts(card: Card) -> None:
    classes = {"structurally_refused": 40, "not_subject": 9_960}
    decorated = {"repeated_header": 39, "totals_row": 1}
    assert limits(card, classes=classes, structural=decorated, control_rows=9_960) == []
    assert limits(card, classes=classes, structural={"undecodable": 40}) == ["structural_refusal_share_max"]


def test_words_of_a_control_file_are_never_repeated(card: Card) -> None:
    (reason,) = judge(card, replace(HEALTHY, control_sums={"11010519491231002X": Decimal(1)}))
    assert reason.limit == "control_sum"
    assert "11010519491231002X" not in str(reason)


def test_a_sum_is_not_asked_of_a_file_with_an_unreadable_row(card: Card) -> None:
    classes = {"structurally_refused": 1, "not_subject": 9_999}
    short = {"收入": Decimal("12.00")}
    assert limits(card, classes=classes, structural={"undecodable": 1}, sums=short) == []
    assert limits(card, classes=classes, structural={"totals_row": 1}, sums=short, control_rows=9_999) == [
        "control_sum:收入"
    ]


def test_one_unknown_code_stops_a_feed_whose_card_allows_none(card: Card) -> None:
    assert limits(card, unknown_code_rows=1) == ["unknown_code_share_max"]


def test_rows_refused_by_meaning_stop_the_delivery_only_when_they_are_many(card: Card) -> None:
    assert limits(card, classes={"refused_by_meaning": 19, "matched": 1}) == []
    assert limits(card, classes={"refused_by_meaning": 20, "matched": 180}) == []
    assert limits(card, classes={"refused_by_meaning": 21, "matched": 180}) == ["refused_by_meaning_share_max"]


def test_a_refusal_says_figure_limit_and_who_must_act(card: Card) -> None:
    (reason,) = judge(card, replace(HEALTHY, previous_rows=40_000))
    assert (reason.figure, reason.allowed, reason.who) == ("10000 / 40000", "±50%", "市税务局（征管科）")
    assert reason.message_zh
    assert reason.message_en


@given(rows=st.integers(0, 10**9), before=st.integers(1, 10**9))
def test_a_change_within_the_limit_never_stops_and_one_beyond_always_does(rows: int, before: int) -> None:
    healthy = CARD.healthy.model_copy(update={"rows_min": 0})
    card = CARD.model_copy(update={"healthy": healthy, "kind": "snapshot"})
    figures = Figures(rows, {"not_subject": rows}, 0, 0, 0, 0, previous_rows=before)
    stopped = bool(judge(card, figures))
    assert stopped is (2 * abs(rows - before) > before)
