from __future__ import annotations

import pytest

from tests.rooms.invented import ROOMS, Delivery, delivery_of


@pytest.fixture(scope="session", params=ROOMS)
def delivery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    return delivery_of(request.param, tmp_path_factory.mktemp(request.param))
