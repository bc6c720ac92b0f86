"""The workbench in the browser of a government desk: Chromium 110, older by years than the one of the other tests.

Domestic browsers lag behind: their kernels are Chromium 86 to 110 on the desks that the workbench is for. 110 is the
oldest that the tool of the other tests can drive. It is reached over TLS, as in production: such a browser keeps no
`__Host-` cookie from the plain loopback.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.workbench.browsing import Watched
from tests.workbench.served import Served
from tests.workbench.tls import tls_before

PACKAGE, VERSION = "@sparticuz/chromium", "110.0.1"
INTEGRITY = "sha512-LS7GKGoHSNUK2ugRp2k9/Rb+wSjsqPDTQTWd9nM2d2hCgm78WRLx2Vw+xwl3bst3M4+dqfawpx1UObUmt5vVYQ=="
UNPACK = """
const {brotliDecompressSync: unpacked} = require("zlib"), {readFileSync: read, writeFileSync: write} = require("fs");
write("chromium", unpacked(read("package/bin/chromium.br")), {mode: 0o755});
write("swiftshader.tar", unpacked(read("package/bin/swiftshader.tar.br")));
"""
PAGES = ("/", "/queue", "/queue?view=all", "/review", "/identity", "/search", "/objections", "/letters", "/verify")
PAGES += ("/exports", "/checks", "/checks/new", "/runs", "/settings", "/help", "/help/rules/R-TAX-01")
DASHBOARDS = ("/dash", "/dash/feeds", "/dash/rules", "/dash/workload", "/dash/fairness", "/dash/errors")


@pytest.fixture(scope="module")
def old_chromium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chromium 110 (headless), by npm, held against the hash it was chosen with."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm and node are missing, by which an older Chromium is had: install the Debian package npm")
    folder = tmp_path_factory.mktemp("old-chromium")
    subprocess.run([npm, "pack", "--silent", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True, capture_output=True)
    packed = next(folder.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    assert f"sha512-{digest}" == INTEGRITY
    subprocess.run(["tar", "-xzf", packed.name], cwd=folder, check=True)
    subprocess.run([node, "-e", UNPACK], cwd=folder, check=True)
    subprocess.run(["tar", "-xf", "swiftshader.tar"], cwd=folder, check=True)
    return folder / "chromium"


@pytest.fixture(scope="module")
def old_browser(old_chromium: Path, playwright: Playwright) -> Iterator[Browser]:
    """That Chromium, running."""
    browser = playwright.chromium.launch(executable_path=old_chromium, args=["--no-sandbox", "--disable-gpu"])
    yield browser
    browser.close()


@pytest.fixture
def old_page(old_browser: Browser) -> Iterator[Page]:
    """A page of it on the screen that most desks have."""
    context = old_browser.new_context(viewport={"width": 1366, "height": 768}, ignore_https_errors=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(old_page: Page, served: Served, tmp_path: Path) -> Iterator[Watched]:
    """It on the workbench of the first night; at the end nothing may have gone wrong in it."""
    with tls_before(served.address, tmp_path) as address:
        one = Watched(old_page, replace(served, address=address))
        yield one
    assert one.trouble == []


@pytest.fixture
def own_desk(old_page: Page, own_served: Served, tmp_path: Path) -> Iterator[Watched]:
    """The same on a copy in which a test may decide."""
    with tls_before(own_served.address, tmp_path) as address:
        one = Watched(old_page, replace(own_served, address=address))
        yield one
    assert one.trouble == []


def test_it_is_as_old_as_it_says(old_browser: Browser) -> None:
    assert old_browser.version.startswith("110.")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_whole_in_an_older_browser(desk: Watched, language: str) -> None:
    desk.sign_in("supervisor", language)
    for path in (*PAGES, *DASHBOARDS, f"/runs/{desk.served.house.run().run_id}", "/cases/1"):
        shown = desk.open(path)
        assert shown.locator("h1").count() == 1, path
        assert shown.evaluate("document.documentElement.scrollWidth") <= 1366, path


def test_charts_are_drawn_in_an_older_browser(desk: Watched) -> None:
    desk.sign_in("supervisor")
    for path in DASHBOARDS:
        shown = desk.open(path)
        expect(shown.locator(".chart:not([hidden]) canvas")).to_have_count(
            shown.locator(".chart:not([hidden])").count()
        )


def test_a_household_is_taken_a_field_shown_and_the_case_decided_by_keyboard_in_an_older_browser(
    own_desk: Watched,
) -> None:
    shown = own_desk.sign_in("analyst").open("/queue")
    shown.keyboard.press("KeyN")
    shown.wait_for_url(re.compile(r"/cases/\d+"))
    shown.locator("[data-reveal$='/id_number']").first.click()
    shown.locator("#reveal select").select_option("verify_identity")
    shown.locator("#reveal input[name=reason]").fill("与家庭电话核对")
    shown.locator("#reveal button.first").click()
    expect(shown.locator(".clear")).to_be_visible()
    for field in shown.locator("[data-verdict]").all():
        field.select_option("confirmed")
    shown.select_option("select[name=outcome]", "explained")
    shown.select_option("select[name=reason_code]", "documents_seen")
    note = shown.locator("form[action$='/first'] textarea[name=note]")
    note.fill("已核对凭证")
    note.press("Control+Enter")
    expect(shown.locator(".case-head .chip.outline")).to_have_text("待复核")
