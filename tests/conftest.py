"""Fixtures that several floors use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from core.settings import Settings
from ledger.run import Ledger, open_ledger
from tests import postgres

# The same examples on every machine: a red run is a change of the code, never of the dice or of the machine's speed.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """A real PostgreSQL for this session; the folder of its socket."""
    with postgres.server() as folder:
        yield folder


@pytest.fixture
def postgres_url(postgres_server: Path) -> str:
    """A PostgreSQL database that is empty when this test begins."""
    return postgres.emptied_database(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings_of_each_database(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty installation, once with the embedded ledger and once with PostgreSQL."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Settings(home=tmp_path / "home", ledger_url=url)


@pytest.fixture
def each_ledger(settings_of_each_database: Settings) -> Ledger:
    """An empty ledger, once on SQLite and once on PostgreSQL."""
    return open_ledger(settings_of_each_database)
