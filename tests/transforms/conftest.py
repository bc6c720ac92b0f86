"""Fixtures of the transforms: an installation with the invented town landed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from core.settings import Settings
from ledger.run import open_ledger
from tests.transforms.town import Town
from world.run import make_world

hypothesis_settings.register_profile("no clock", deadline=None, database=None)
hypothesis_settings.load_profile("no clock")


@pytest.fixture(scope="session")
def town_inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deliveries of the invented town, as their providers wrote them."""
    out = tmp_path_factory.mktemp("world")
    make_world("town", 20260620, out)
    return out / "inbox"


@pytest.fixture
def town(tmp_path: Path, town_inbox: Path) -> Town:
    """An empty installation beside the town's inbox."""
    settings = Settings(home=tmp_path / "home", settle_seconds=0)
    return Town(town_inbox, settings, open_ledger(settings))
