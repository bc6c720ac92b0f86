"""A count of a few households may name one of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from publish.small_cells import LEAST, guarded


def test_one_to_four_are_withheld_and_zero_is_told() -> None:
    assert guarded([0, 3, 12, 4, 5]) == [0, None, 12, None, 5]


def test_one_alone_takes_the_next_smallest_with_it() -> None:
    assert guarded([30, 3, 12, 0]) == [30, None, None, 0]
    assert guarded([3]) == [None]


def test_counts_of_one_night_after_another_are_no_parts_of_a_total() -> None:
    assert guarded([53, 2, 0], parts=False) == [53, None, 0]


@given(st.lists(st.integers(min_value=0, max_value=40)))
def test_no_withheld_count_follows_from_the_total_and_the_others(counts: list[int]) -> None:
    told = guarded(counts)
    withheld = [number for number, shown in zip(counts, told, strict=True) if shown is None]
    assert all(shown is None or shown == 0 or shown >= LEAST for shown in told)
    assert len(withheld) != 1 or sum(1 for number in counts if number) == 1
