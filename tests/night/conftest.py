"""The town's night, run once for all tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.night.broken import BrokenNight, the_night
from tests.night.home import Home
from tests.night.scored import Scored, scored_night, write_hamlet
from world.run import make_world

TOWN_SEED = 7


@dataclass(frozen=True)
class Published:
    """A home after its first night."""

    home: Home
    run_id: str


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented town, written out once."""
    folder = tmp_path_factory.mktemp("town")
    make_world("town", TOWN_SEED, folder, progress=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def landed(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which everything has landed and nothing else has happened. Copy it before doing anything to it."""
    home = Home(tmp_path_factory.mktemp("landed") / "home", town)
    home.land()
    return home


@pytest.fixture(scope="session")
def first_night(landed: Home, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A home after its first night. Copy it before doing anything to it."""
    home = landed.moved_to(tmp_path_factory.mktemp("first") / "home")
    published = home.night()
    assert published["accepted"], published["reasons"]
    return Published(home, published["run_id"])


@pytest.fixture(scope="session")
def broken_night(first_night: Published, tmp_path_factory: pytest.TempPathFactory) -> BrokenNight:
    """A home in which broken deliveries of every kind came after the first night. Only look at it."""
    folder = tmp_path_factory.mktemp("broken")
    return the_night(first_night.home.moved_to(folder / "home"), folder / "inbox")


@pytest.fixture(scope="session")
def landed_hamlet(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the deliveries of a small part of the district landed. Copy it before doing anything to it."""
    folder = tmp_path_factory.mktemp("hamlet")
    home = Home(folder / "home", write_hamlet(folder / "world"))
    home.land()
    return home


@pytest.fixture(scope="session")
def hamlet(landed_hamlet: Home, tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """That home's first night and its score."""
    return scored_night(landed_hamlet.moved_to(tmp_path_factory.mktemp("hamlet-night") / "home"))
