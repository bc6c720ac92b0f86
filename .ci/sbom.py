"""What Hedui is made of, as CycloneDX has it: the locked Python packages and the browser files that others wrote.

Usage: .ci/sbom.py FILE. The same locks give the same file, byte for byte: it bears no time, and its number comes of
what it lists. A package's hashes are those of every distribution that the lock admits.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from uuid import UUID, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements.uv.lock")
VENDOR = ROOT / "workbench" / "static" / "vendor" / "vendor.lock"
OURS = UUID("6b5f0c1e-6d0c-5c0e-9a53-4865647569a1")
"""Any UUID that nobody else takes as the space of names."""


def python_packages(text: str) -> list[Component]:
    """Every requirement of a lock, with its hashes and, where it holds on some machines only, its marker."""
    found = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        requirement = Requirement(line.partition(" --hash")[0])
        [version] = [one.version for one in requirement.specifier]
        marker = [Property(name="hedui:marker", value=str(requirement.marker))] if requirement.marker else []
        hashes = sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
        found.append(
            _component(requirement.name, version, "pypi", hashes, properties=marker, type=ComponentType.LIBRARY)
        )
    return found


def browser_files(text: str) -> list[Component]:
    """Every file of the vendored ones: its package, hash and licence."""
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        sha256, file, package, licence = line.split()
        name, _, version = package.rpartition("@")
        told = {"licenses": [DisjunctiveLicense(id=licence)], "properties": [Property(name="hedui:file", value=file)]}
        found.append(_component(name, version, "npm", [sha256], type=ComponentType.LIBRARY, **told))
    return found


def bill() -> str:
    """The whole bill as JSON text."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts = [one for lock in LOCKS for one in python_packages((ROOT / lock).read_text("utf-8"))]
    parts += browser_files(VENDOR.read_text("utf-8"))
    root = Component(name=project["name"], version=project["version"], type=ComponentType.APPLICATION, bom_ref="hedui")
    bom = Bom(components=parts, metadata=BomMetaData(component=root))
    bom.register_dependency(root, parts)
    bom.metadata.timestamp = None  # type: ignore[assignment]  # CycloneDX does not ask for one
    named = "\n".join(sorted(f"{one.purl} {sorted(str(each.content) for each in one.hashes)}" for one in parts))
    bom.serial_number = uuid5(OURS, f"{root.name} {root.version}\n{named}")
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _component(name: str, version: str, kind: str, sha256s: list[str], **told: object) -> Component:
    purl = PackageURL(kind, name=name, version=version)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=one) for one in sha256s]
    return Component(name=name, version=version, purl=purl, bom_ref=str(purl), hashes=hashes, **told)  # type: ignore[arg-type]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(bill(), encoding="utf-8")
    print(f"✓ {target}")
