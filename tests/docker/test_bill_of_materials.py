"""What Hedui is made of, as it tells others: whole, the same every time, and by CycloneDX's own schema."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from core.settings import ROOT

ENVIRONMENT = {"hedui", "pip", "setuptools"}
"""What an environment holds beside the locked packages."""


def written(folder: Path, name: str) -> str:
    subprocess.run([sys.executable, ROOT / ".ci" / "sbom.py", folder / name], check=True, capture_output=True)
    return (folder / name).read_text("utf-8")


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("bill"), "one.json")


def parts(bill: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(bill)["components"]
    return listed


def test_the_bill_is_one_by_cyclonedx_and_the_same_every_time(bill: str, tmp_path: Path) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.replace("SHA-256", "SHA-7")) is not None
    assert written(tmp_path, "again.json") == bill


def test_every_installed_package_stands_in_the_bill_with_its_version_and_hashes(bill: str) -> None:
    listed = [one for one in parts(bill) if one["purl"].startswith("pkg:pypi/")]
    installed = {(re.sub(r"[-_.]+", "-", one.name).lower(), one.version) for one in distributions()}
    locked = {one for one in installed if one[0] not in ENVIRONMENT}
    assert len(locked) > 150
    assert locked - {(one["name"], one["version"]) for one in listed} == set()
    assert [one["purl"] for one in listed if not one["hashes"]] == []


def test_every_browser_file_stands_in_the_bill_with_the_hash_it_has(bill: str) -> None:
    folder = ROOT / "workbench" / "static" / "vendor"
    listed = {
        one["properties"][0]["value"]: one["hashes"][0]["content"]
        for one in parts(bill)
        if one["purl"].startswith("pkg:npm/")
    }
    files = [file for file in folder.iterdir() if file.suffix == ".js"]
    assert listed == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
