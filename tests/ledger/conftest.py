"""Fixtures of the ledger's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.settings import Settings
from tests.ledger.workplace import Workplace, workplace


@pytest.fixture
def place(settings_of_each_database: Settings) -> Iterator[Workplace]:
    """A staffed workplace, once on SQLite and once on PostgreSQL."""
    made = workplace(settings_of_each_database)
    yield made
    made.desk.close()
