"""The tool that photographs every page is run by hand, and must not have fallen behind what it borrows meanwhile."""

from __future__ import annotations

import subprocess
import sys

from core.settings import ROOT


def test_the_camera_can_be_taken_up() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.workbench.look", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "--part" in told.stdout
