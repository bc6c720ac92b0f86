"""One town for all tests of the world, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from world.run import make_world


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town: inbox and truth."""
    out = tmp_path_factory.mktemp("town")
    make_world("town", 1, out)
    return out
