from __future__ import annotations

import pytest

from sources.card import Card
from tests.expectations.wage_feed import CARD


@pytest.fixture
def card() -> Card:
    return CARD
