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


LONGEST = (
    *("dags/test_main_job.py", "night/test_canaries.py", "rules/test_mutations.py", "night/test_broken_night.py"),
    *("night/test_pausing_feeds.py", "workbench/test_doors.py", "night/test_ablations.py"),
    *("workbench/test_pages_in_a_browser.py", "night/test_second_night.py", "workbench/test_weight_of_case_pages.py"),
    *("night/test_commissioned_checks.py", "docker/test_logins.py", "docker/test_production_workbench.py"),
    *("night/test_kills.py", "night/test_score.py", "docker/test_production_profile.py"),
    *("workbench/test_publishing_under_readers.py", "night/test_two_clocks.py", "bench/test_night.py"),
)
"""Files of three quarters of a minute and more, longest first: begun last, one runs alone while others wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, all others as they were collected."""
    place = {Path(__file__).parent / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


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
