"""How sure a share is that was counted in a few cases."""

from __future__ import annotations

import pytest

from core.proportion import wilson


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(62, 100, 0.5221, 0.7090), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (11, 20, 0.3421, 0.7418)],
)
def test_both_ends_are_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=1e-4)


def test_of_no_case_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
