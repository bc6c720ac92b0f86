from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.docker.profile_by_hand import COMPOSE, SERVICES

DOCKER = ROOT / "docker"
PROGRAMS = Path(sys.executable).parent


def test_the_compose_file_is_one_by_the_compose_specification() -> None:
    check = [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DOCKER / "compose.yml"]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0


def test_the_dockerfile_passes_its_linter() -> None:
    linted = subprocess.run([PROGRAMS / "hadolint", DOCKER / "Dockerfile"], capture_output=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, b"")


def test_every_image_has_an_exact_version() -> None:
    named = [service["image"] for service in SERVICES.values()]
    named += re.findall(r"^FROM (\S+)", (DOCKER / "Dockerfile").read_text("utf-8"), re.M)
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?", name) for name in named), named


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_service_is_bounded_unprivileged_and_writes_only_where_it_must(service: str) -> None:
    said = SERVICES[service]
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in said["security_opt"]
    assert not str(said["user"]).startswith(("0", "root"))
    assert said["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert all(port.startswith("127.0.0.1:") for port in said.get("ports", []))
    assert service == "migrate" or "healthcheck" in said


def test_only_what_runs_the_doors_holds_the_master_key_and_the_ledger() -> None:
    for secret in ("hedui_master_key", "hedui_audit_key", "ledger_database_password"):
        assert {name for name, said in SERVICES.items() if secret in said["secrets"]} - {"postgres"} == {
            "migrate",
            "scheduler",
        }


def test_no_password_or_key_stands_in_the_environment() -> None:
    for said in SERVICES.values():
        for name, value in said["environment"].items():
            assert not re.search(r"://[^/@]+:[^/@]+@", value), name
            if re.search(r"PASSWORD|SECRET|KEY", name):
                assert value.startswith(("cat /run/secrets/", "/run/")), name


def test_every_secret_a_service_names_is_made_by_the_script(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    for _ in range(2):
        subprocess.run([DOCKER / "make-secrets", folder], check=True)
        made = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert made.keys() == COMPOSE["secrets"].keys() == {n for said in SERVICES.values() for n in said["secrets"]}
    assert len(made["hedui_master_key"]) == len(made["hedui_audit_key"]) == 32
    assert len(made["airflow_jwt_secret"]) >= 64
    assert json.loads(made["airflow_passwords.json"]).keys() == {"admin", "steward", "viewer"}


def test_secrets_that_exist_are_never_made_anew(tmp_path: Path) -> None:
    (tmp_path / "hedui_master_key").write_bytes(b"k" * 32)
    subprocess.run([DOCKER / "make-secrets", tmp_path], check=True)
    assert (tmp_path / "hedui_master_key").read_bytes() == b"k" * 32


def test_a_password_with_the_marks_of_a_password_file_arrives_whole(tmp_path: Path) -> None:
    (tmp_path / "airflow_database_password").write_text(r"a:b\c")
    known = {"PATH": "/usr/bin:/bin", "SECRETS_FOLDER": str(tmp_path), "PRIVATE_FOLDER": str(tmp_path)}
    subprocess.run([DOCKER / "with-secrets", "true"], env=known, check=True)
    assert (tmp_path / "pgpass").read_text() == "*:*:airflow:airflow:a\\:b\\\\c\n"
    assert (tmp_path / "pgpass").stat().st_mode & 0o777 == 0o600


def test_the_image_is_given_every_package_and_no_test_or_state() -> None:
    let_in = set(re.findall(r"^!(\S+)", (DOCKER / "Dockerfile.dockerignore").read_text("utf-8"), re.M))
    packages = re.search(r"packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.S)
    assert packages
    assert set(re.findall(r'"(\w+)"', packages.group(1))) | {"dags"} <= let_in
    assert not {"tests", "var", ".git", "docker/secrets"} & let_in
