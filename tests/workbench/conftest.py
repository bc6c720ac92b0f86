"""A workbench over the town's first night: in this process for requests, served on the loopback for a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from core.settings import Settings
from tests.moved_ledger import carried_to
from tests.night.conftest import Published, first_night, landed, town
from tests.openid_provider import OpenIdProvider, client_settings, free_port, providing
from tests.workbench.browsing import Watched
from tests.workbench.served import Served, serving
from tests.workbench.signing_in import Browserless
from workbench.accounts import demonstration_password

__all__ = ["first_night", "landed", "town"]


@pytest.fixture(scope="session")
def desk_home(first_night: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first night, with the accounts of the demonstration. Copy it before deciding anything in it."""
    home = first_night.home.moved_to(tmp_path_factory.mktemp("desk") / "home")
    demonstration_password(home.settings)
    return home.folder


@pytest.fixture(scope="session")
def settings(first_night: Published) -> Settings:
    """The settings of the night, to be pointed at another home."""
    return first_night.home.settings


@pytest.fixture(scope="session")
def served(desk_home: Path, settings: Settings) -> Iterator[Served]:
    """The workbench of the first night. Only look at it."""
    with serving(settings.model_copy(update={"home": desk_home})) as one:
        yield one


@pytest.fixture
def own_served(desk_home: Path, settings: Settings, tmp_path: Path) -> Iterator[Served]:
    """A copy of it, in which a test may decide."""
    shutil.copytree(desk_home, tmp_path / "home")
    with serving(settings.model_copy(update={"home": tmp_path / "home"})) as one:
        yield one


@pytest.fixture(params=["sqlite", "postgresql"])
def each_home(
    request: pytest.FixtureRequest, desk_home: Path, settings: Settings, tmp_path: Path
) -> Iterator[Settings]:
    """A copy of the first night in which a test may decide, once on SQLite and once on PostgreSQL."""
    shutil.copytree(desk_home, tmp_path / "home")
    own = settings.model_copy(update={"home": tmp_path / "home"})
    if request.param == "sqlite":
        yield own
    else:
        yield carried_to(request.getfixturevalue("postgres_url"), own)


@pytest.fixture
def each_served(each_home: Settings) -> Iterator[Served]:
    """It, served."""
    with serving(each_home) as one:
        yield one
        one.house.desk.close()


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    """An OpenID provider that serves on the loopback."""
    with providing() as one:
        yield one


@pytest.fixture
def oidc_served(desk_home: Path, settings: Settings, tmp_path: Path, provider: OpenIdProvider) -> Iterator[Served]:
    """A workbench that may be changed, and whose people may sign in by the provider."""
    shutil.copytree(desk_home, tmp_path / "home")
    port = free_port()
    told = client_settings(provider, f"http://127.0.0.1:{port}", tmp_path)
    with serving(settings.model_copy(update={"home": tmp_path / "home", **told}), port=port) as one:
        yield one


@pytest.fixture
def visitor(served: Served) -> Browserless:
    """Somebody who has not signed in."""
    return Browserless(served)


@pytest.fixture
def own_visitor(own_served: Served) -> Browserless:
    """Somebody who has not signed in to a workbench that may be changed."""
    return Browserless(own_served)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium: Playwright's own builds are not to be had in a closed network."""
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The screen that most desks have."""
    return {**browser_context_args, "viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def watched(page: Page, served: Served) -> Iterator[Watched]:
    """A browser on the workbench of the first night; at the end nothing may have gone wrong in it."""
    one = Watched(page, served)
    yield one
    assert one.trouble == []


@pytest.fixture
def own_watched(page: Page, own_served: Served) -> Iterator[Watched]:
    """The same on a copy in which a test may decide."""
    one = Watched(page, own_served)
    yield one
    assert one.trouble == []


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses are written whole: the plug-in's own fixture of this name is deprecated by pytest."""
