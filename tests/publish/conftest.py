"""A centre that publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import Settings
from ledger.run import open_ledger
from tests.publish.nights import Nights, write_rules
from tests.warehouse.centre import Centre
from tests.warehouse.rooms import write_rooms


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    settings = Settings(
        home=tmp_path / "home",
        sources_folder=write_rooms(tmp_path / "rooms"),
        rules_folder=write_rules(tmp_path / "rules"),
        threads=2,
        memory_limit="1GB",
    )
    return Nights(Centre(settings, open_ledger(settings)))
