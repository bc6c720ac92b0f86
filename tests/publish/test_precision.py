"""How sure it is that a rule asks the right people, from what reviewers found."""

from __future__ import annotations

import pytest

from ledger.rule_precision import RulePrecision
from publish.policy_sets import release, releases
from publish.precision import measured, put_below_floor_into_shadow
from tests.publish.nights import Nights


@pytest.mark.parametrize(
    ("confirmed", "reviewed", "bound"), [(11, 20, 0.3421), (10, 20, 0.2993), (0, 20, 0.0), (20, 20, 0.8389)]
)
def test_the_lower_bound_is_wilsons(confirmed: int, reviewed: int, bound: float) -> None:
    assert RulePrecision("R-VEH-01", confirmed, reviewed - confirmed).lower_bound == pytest.approx(bound, abs=1e-4)


def test_without_reviews_nothing_is_known_and_nothing_goes_into_shadow(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    release(ledger, settings, by="王燕", note="首次发布")
    assert RulePrecision("R-VEH-01", 0, 0).lower_bound == 0.0
    assert measured(ledger) == []
    assert put_below_floor_into_shadow(ledger, settings) == []
    assert len(releases(ledger)) == 1
