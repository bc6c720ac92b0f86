from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from core.settings import ROOT
from tests.docker.profile_by_hand import COMPOSE, LOGINS, SERVICES
from workbench.letters.glyphs import FACES

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
    assert service in ONCE or "healthcheck" in said


ONCE = {"migrate", "auditor", "backup"}
LOGINS_OF = {
    "migrate": {"hedui_owner"},
    "scheduler": {"hedui_pipeline"},
    "workbench": {"hedui_workbench"},
    "worker": {"hedui_pipeline", "hedui_workbench"},
    "auditor": {"hedui_auditor"},
    "backup": {"hedui_owner"},
}
"""By which logins each service of ours comes into the ledger."""


def test_only_what_runs_our_own_code_on_households_holds_the_master_key() -> None:
    for secret in ("hedui_master_key", "hedui_audit_key"):
        assert {name for name, said in SERVICES.items() if secret in said["secrets"]} == LOGINS_OF.keys(), secret


def test_every_service_holds_the_password_of_the_login_it_comes_by_and_no_other() -> None:
    made = {secret for secret in COMPOSE["secrets"] if secret.startswith("ledger_")}
    assert made == {login.replace("hedui_", "ledger_") + "_password" for login in LOGINS}
    for name, said in SERVICES.items():
        held = {secret for secret in said["secrets"] if secret in made}
        comes_by = set(re.findall(r"://(\w+)@postgres:5432/hedui", " ".join(said["environment"].values())))
        assert comes_by == LOGINS_OF.get(name, set()), name
        assert held == (made if name == "postgres" else {f"ledger_{one[6:]}_password" for one in comes_by}), name


def test_what_people_reach_in_the_workbench_is_given_no_secret_of_airflow_and_changes_no_file_of_a_run() -> None:
    for service in ("workbench", "worker"):
        assert not [name for name in SERVICES[service]["secrets"] if name.startswith("airflow")]
        assert not [name for name in SERVICES[service]["environment"] if name.startswith("AIRFLOW")]
    mounted = {name: [v for v in said.get("volumes", []) if v.startswith("hedui_")] for name, said in SERVICES.items()}
    assert mounted["workbench"] == ["hedui_state:/var/lib/hedui:ro", "hedui_audit:/var/lib/hedui-audit"]
    for reader in ("auditor", "backup"):
        assert mounted[reader] == ["hedui_state:/var/lib/hedui:ro", "hedui_audit:/var/lib/hedui-audit:ro"]
    assert {name for name, volumes in mounted.items() if volumes} == LOGINS_OF.keys()


def test_nothing_starts_before_the_schemas_are_migrated() -> None:
    for service in SERVICES.keys() - {"postgres", "migrate"}:
        assert SERVICES[service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_has_the_letters_that_letters_are_set_with_and_the_client_that_copies_the_ledger() -> None:
    installed = re.findall(r"apt-get install -y --no-install-recommends (.+?) \\", (DOCKER / "Dockerfile").read_text())
    named = [one.partition("=")[0] for one in installed[0].split()]
    assert named == ["fonts-noto-cjk", "postgresql-client-15"]
    assert SERVICES["postgres"]["image"].startswith("postgres:15."), "its client must be of the same release"
    here = subprocess.run(["dpkg", "-L", "fonts-noto-cjk"], capture_output=True, text=True, check=True).stdout
    assert all(f"/{face}" in here for face in FACES)


def test_nothing_is_said_twice_in_the_compose_file() -> None:
    """Docker refuses a mapping that names a key twice; this reader of YAML takes the last one silently."""
    waiting, twice = [yaml.compose((DOCKER / "compose.yml").read_text("utf-8"))], set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            names = Counter(str(key.value) for key, _ in node.value)
            twice |= {name for name, times in names.items() if times > 1}
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    assert twice == set()


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
    (tmp_path / "ledger_auditor_password").write_text("d")
    known = {"PATH": "/usr/bin:/bin", "SECRETS_FOLDER": str(tmp_path), "PRIVATE_FOLDER": str(tmp_path)}
    subprocess.run([DOCKER / "with-secrets", "true"], env=known, check=True)
    lines = ["*:*:airflow:airflow:a\\:b\\\\c", "*:*:hedui:hedui_auditor:d"]
    assert (tmp_path / "pgpass").read_text().splitlines() == lines
    assert (tmp_path / "pgpass").stat().st_mode & 0o777 == 0o600


def test_the_image_is_given_every_package_and_no_test_or_state() -> None:
    let_in = set(re.findall(r"^!(\S+)", (DOCKER / "Dockerfile.dockerignore").read_text("utf-8"), re.M))
    packages = re.search(r"packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.S)
    assert packages
    assert set(re.findall(r'"(\w+)"', packages.group(1))) | {"dags"} <= let_in
    assert not {"tests", "var", ".git", "docker/secrets"} & let_in
