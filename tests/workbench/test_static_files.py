"""What browsers get: headers of every response, and files that others wrote as they wrote them."""

from __future__ import annotations

import hashlib
import re

from tests.workbench.signing_in import Browserless
from workbench.security.headers import ALWAYS
from workbench.web.page import DASHBOARD_SCRIPTS, SCRIPTS, SHEETS, STATIC, asset


def test_files_of_others_are_as_their_registry_has_them() -> None:
    lines = (STATIC / "vendor" / "vendor.lock").read_text(encoding="utf-8").splitlines()
    locked = dict(reversed(line.split()[:2]) for line in lines if not line.startswith("#"))
    there = {path.name for path in (STATIC / "vendor").iterdir()} - {"vendor.lock"}
    assert set(locked) == there
    for name, sha256 in locked.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == sha256


def test_every_response_carries_the_strict_policy_and_pages_are_never_stored(visitor: Browserless) -> None:
    for path in ("/login", "/nowhere", "/", asset("css/base.css")):
        answer = visitor.get(path)
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value, (path, name)
    assert "unsafe" not in ALWAYS["Content-Security-Policy"]
    assert visitor.get("/login").headers["cache-control"] == "no-store"
    assert "immutable" in visitor.get(asset("css/base.css")).headers["cache-control"]


def test_the_chart_library_comes_compressed_and_a_page_never_does(visitor: Browserless) -> None:
    for path, how in ((asset("vendor/echarts.common.min.js"), "gzip"), ("/login", None)):
        answer = visitor.request("GET", path, headers={"accept-encoding": "gzip"})
        assert answer.headers.get("content-encoding") == how, path


def test_every_sheet_and_script_is_used_and_older_kernels_read_it() -> None:
    assert {path.name for path in (STATIC / "css").iterdir()} == set(SHEETS)
    assert {path.name for path in (STATIC / "js").iterdir()} == set(SCRIPTS + DASHBOARD_SCRIPTS)
    newer_than_kernel_110 = re.compile(r":has\(|oklch|popover|@layer|@container|&[ :.]")
    for sheet in SHEETS:
        assert not newer_than_kernel_110.search((STATIC / "css" / sheet).read_text(encoding="utf-8")), sheet


def test_there_is_no_page_that_describes_the_interface(visitor: Browserless) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert visitor.get(path).status_code == 404
