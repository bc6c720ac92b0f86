"""`python -m tests.workbench.look OUT`: pictures of every page in both languages, and what was wrong with them."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, sync_playwright

from core.settings import Settings
from ledger import exports
from tests.openid_provider import OpenIdProvider, client_settings, free_port, providing
from tests.workbench.look import installations, pages
from tests.workbench.look.camera import LANGUAGES, Camera
from tests.workbench.look.work import Worked, worked_on
from tests.workbench.served import Served, serving

MANY = 30
"""Rows from which an export waits for another person: fewer than in an installation, for the town is small."""
PARTS = ("town", "paper", "empty", "unusual", "bad-nights")


def main(folder: Path, parts: list[str]) -> int:
    """Take them; how many things were wrong."""
    if shutil.which("pdftoppm") is None:
        print("pdftoppm is missing, which turns paper into pictures: install the Debian package poppler-utils")
        return 2
    pictures = folder / "pictures"
    if parts == list(PARTS):
        shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True, exist_ok=True)
    kept = installations.kept_in(folder / "installations")
    with _chromium() as browser:
        camera = Camera(browser, pictures)
        for part in parts:
            print(f"── {part}", flush=True)
            _PARTS[part](camera, kept)
    if parts == list(PARTS):
        camera.trouble += [f"no picture of {one}" for one in sorted(camera.missing())]
        print(f"every page: {camera.write_index()}")
    for one in camera.trouble:
        print(one)
    print(f"{len(camera.pictures)} pictures, {len(camera.trouble)} troubles")
    return 1 if camera.trouble else 0


def _town(camera: Camera, kept: Path) -> None:
    with _worked_on(kept) as (served, worked, provider):
        served.app.add_api_route("/fails", _fails)
        for language in LANGUAGES:
            pages.of_the_town(camera, served, worked, language)
            pages.of_strangers(camera, served, provider, language)
            pages.of_the_accounts(camera, served, language)


def _paper(camera: Camera, kept: Path) -> None:
    with _worked_on(kept) as (served, worked, _):
        pages.on_paper(camera, served, worked)


@contextmanager
def _worked_on(kept: Path) -> Iterator[tuple[Served, Worked, OpenIdProvider]]:
    with ExitStack() as stack:
        provider = stack.enter_context(providing())
        stack.enter_context(patch.object(exports, "MANY", MANY))
        served = stack.enter_context(_copied(installations.town(kept / "town"), provider))
        yield served, worked_on(served, provider), provider


def _empty(camera: Camera, kept: Path) -> None:
    with serving(installations.before_the_first_night(kept / "empty")) as served:
        for language in LANGUAGES:
            pages.before_the_first_night(camera, served, language)


def _unusual(camera: Camera, kept: Path) -> None:
    with serving(installations.unusual(kept / "unusual")) as served:
        for language in LANGUAGES:
            pages.of_unusual_households(camera, served, language)


def _bad_nights(camera: Camera, kept: Path) -> None:
    with serving(installations.rejected(kept / "rejected")) as served:
        for language in LANGUAGES:
            pages.of_bad_nights(camera, served, language)


_PARTS = {"town": _town, "paper": _paper, "empty": _empty, "unusual": _unusual, "bad-nights": _bad_nights}


@contextmanager
def _copied(settings: Settings, provider: OpenIdProvider) -> Iterator[Served]:
    """A copy in which cases may be worked on, and whose people may sign in by the provider."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(settings.home, home)
        port = free_port()
        told = client_settings(provider, f"http://127.0.0.1:{port}", Path(folder))
        with serving(settings.model_copy(update={"home": home, **told}), port=port) as served:
            yield served


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def _fails() -> None:
    raise RuntimeError("what nobody foresaw")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path, metavar="OUT")
    asked.add_argument("--part", action="append", choices=PARTS, help="only this part, to look again at a change")
    given = asked.parse_args()
    sys.exit(main(given.folder, given.part or list(PARTS)))
