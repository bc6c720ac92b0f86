"""The centre every warehouse test begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import Settings
from ledger.run import open_ledger
from tests.warehouse.centre import Centre
from tests.warehouse.rooms import write_rooms


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    settings = Settings(
        home=tmp_path / "home", sources_folder=write_rooms(tmp_path / "rooms"), threads=2, memory_limit="1GB"
    )
    return Centre(settings, open_ledger(settings))
