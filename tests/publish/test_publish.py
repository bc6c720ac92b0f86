"""A run is published whole, once, read-only, and becomes current by one switch."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from core.errors import DefectError, OperatorError
from core.moment import RunKind
from core.settings import ROOT
from ledger import findings, runs
from publish.folder import sha256_of
from publish.manifest import code_version, read_manifest
from publish.run import Published
from publish.tables import SORTED_BY
from publish.verify import verify_run
from tests.publish.nights import DAY, Nights, car, instant, listed

PEOPLE = [listed("p1", roster_id_state="damaged"), listed("p2")]


def test_a_published_run_holds_every_table_and_a_manifest_of_all_files(nights: Nights) -> None:
    published = nights.night(DAY, PEOPLE, [car("p2")])
    manifest = read_manifest(published.folder)
    assert {f"{name}.parquet" for name in SORTED_BY} | {"people.sealed.parquet"} == manifest["files"].keys()
    assert {path.name for path in published.folder.iterdir()} == manifest["files"].keys() | {"manifest.json"}
    for name, said in manifest["files"].items():
        assert said["sha256"] == sha256_of(published.folder / name)
        assert said["rows"] == pl.read_parquet(published.folder / name).height
    assert manifest["figures"]["findings"] == {"R-ID-01": 1, "R-VEH-01": 1}
    assert {one["source"] for one in manifest["deliveries"]} == {"roster", "authorisation", "vehicle"}
    assert len(manifest["extracts"]) == 3
    assert "existence/damaged_number.sql" in manifest["texts"]
    assert manifest["code_version"]
    assert (published.accepted, published.reasons) == (True, [])


def test_the_code_has_a_version_where_there_is_no_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As in the image of production: the version of the package alone would not tell two builds apart."""
    monkeypatch.setenv("PATH", str(tmp_path))
    code_version.cache_clear()
    assert re.fullmatch(r"hedui \S+ text [0-9a-f]{64}", code_version())
    code_version.cache_clear()


def test_rows_stand_in_canonical_order(nights: Nights) -> None:
    folder = nights.night(DAY, PEOPLE, [car("p2"), car("p1", "t2")]).folder
    for name, order in SORTED_BY.items():
        if order != "all":
            columns = order.split(", ")
            frame = pl.read_parquet(folder / f"{name}.parquet")
            assert frame.equals(frame.sort(columns, nulls_last=True, maintain_order=True)), name


def test_a_published_folder_is_read_only(nights: Nights) -> None:
    folder = nights.night(DAY, PEOPLE).folder
    assert folder.stat().st_mode & 0o222 == 0
    assert all(file.stat().st_mode & 0o222 == 0 for file in folder.iterdir())


def test_the_household_overview_counts_what_is_asked_and_what_could_not_be_looked_at(nights: Nights) -> None:
    folder = nights.night(DAY, PEOPLE, None).folder
    overview = pl.read_parquet(folder / "household_overview.parquet")
    shown = overview.select("household_key", "findings", "information_findings", "not_looked_at").rows()
    assert [row[:3] for row in shown] == [("h1", 1, 1), ("h2", 0, 0)]
    assert all("vehicle" in row[3].split() for row in shown)


def test_publishing_again_changes_nothing(nights: Nights) -> None:
    first = nights.night(DAY, PEOPLE)
    written = sha256_of(first.folder / "manifest.json")
    assert nights.publish(first.run_id) == first
    assert sha256_of(first.folder / "manifest.json") == written
    kinds = [event.kind for event in runs.events(nights.centre.ledger, first.run_id)]
    assert kinds.count("published") == kinds.count("became_current") == 1


def test_the_same_moment_twice_gives_the_same_findings(nights: Nights) -> None:
    first = nights.night(DAY, PEOPLE, [car("p2")])
    second = nights.publish(nights.asked(DAY))
    hashes = [read_manifest(one.folder)["findings_hash"] for one in (first, second)]
    assert hashes[0] == hashes[1]
    later = nights.night(DAY + timedelta(days=1), PEOPLE, [])
    assert read_manifest(later.folder)["findings_hash"] != hashes[0]


def test_what_arrives_after_the_moment_changes_nothing(nights: Nights) -> None:
    first = nights.night(DAY, PEOPLE)
    nights.centre.deliver("vehicle", f"{DAY:%Y%m%d}", [car("p2")], landed_at=instant(DAY) + timedelta(hours=1))
    second = nights.publish(nights.asked(DAY))
    assert read_manifest(first.folder)["findings_hash"] == read_manifest(second.folder)["findings_hash"]


def test_a_run_without_a_warehouse_or_without_its_tables_is_not_published(nights: Nights) -> None:
    nights.deliver(DAY, PEOPLE)
    joined = nights.centre.begin(DAY, instant(DAY))
    with pytest.raises(OperatorError, match=r"publish\.nothing"):
        nights.publish(joined)
    nights.centre.join_again(joined)
    with pytest.raises(DefectError, match=r"publish\.(no_table|engine)"):
        nights.publish(joined)
    assert runs.current(nights.centre.ledger) is None
    assert not (nights.centre.settings.home / "runs" / joined).exists()


def test_a_table_that_cannot_be_written_is_what_is_said_though_names_are_still_being_sealed(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.deliver(DAY, PEOPLE)
    joined = nights.centre.begin(DAY, instant(DAY))
    nights.centre.join_again(joined)

    def slowly(connection: duckdb.DuckDBPyConnection, *_: object, **__: object) -> int:
        connection.execute("select sum(hash(range)) from range(150_000_000)").fetchall()
        return 0

    monkeypatch.setattr("publish.run.write_people", slowly)
    with pytest.raises(DefectError, match=r"publish\.(no_table|engine)"):
        nights.publish(joined)


@pytest.mark.parametrize("kind", [RunKind.BACKFILL, RunKind.SHADOW, RunKind.COMMISSIONED])
def test_a_run_that_is_not_nightly_is_published_but_changes_neither_lives_nor_the_current_run(
    nights: Nights, kind: RunKind
) -> None:
    nightly = nights.night(DAY, PEOPLE)
    other = nights.night(DAY + timedelta(days=1), [listed("p2")], kind=kind)
    assert runs.get(nights.centre.ledger, other.run_id).state == "published"
    assert runs.current(nights.centre.ledger) == nightly.run_id
    assert findings.living(nights.centre.ledger)["state"].to_list() == ["new"]


def test_a_night_that_ends_after_a_later_one_does_not_turn_readers_back(nights: Nights) -> None:
    nights.deliver(DAY, PEOPLE)
    slow = nights.asked(DAY)
    quick = nights.night(DAY + timedelta(days=1), PEOPLE)
    late = nights.publish(slow)
    assert late.accepted
    assert runs.current(nights.centre.ledger) == quick.run_id


KILLED = """
import os, signal, sys
from core.settings import settings
from ledger.run import open_ledger
import publish.run, publish.folder, publish.switch, publish.tables
from publish.run import publish as door

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

module, name = sys.argv[2].rsplit(".", 1)
setattr(sys.modules[module], name, die)
door(sys.argv[1], ledger=open_ledger(settings()), settings=settings())
"""
STEPS = [
    "publish.run.write_people",
    "publish.run.write_manifest",
    "publish.folder._sync",
    "publish.run.settle",
    "publish.switch.presence.advance",
    "publish.switch.runs.switch",
]


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_shows_nobody_anything_and_the_retry_publishes_whole(nights: Nights, step: str) -> None:
    first = nights.night(DAY, PEOPLE)
    nights.deliver(DAY + timedelta(days=1), PEOPLE, [car("p2")])
    run_id = nights.asked(DAY + timedelta(days=1))
    kill(nights, run_id, step)
    ledger = nights.centre.ledger
    assert runs.current(ledger) == first.run_id
    assert runs.get(ledger, run_id).state not in ("published", "rejected")
    assert findings.living(ledger)["state"].to_list() == ["new"]
    published = nights.publish(run_id)
    assert verify_run(published.folder, ledger=ledger).whole
    assert runs.current(ledger) == run_id
    assert findings.living(ledger).height == 2
    left = [path.name for path in (nights.centre.settings.home / "runs").iterdir()]
    assert sorted(left) == sorted([first.run_id, run_id])


def kill(nights: Nights, run_id: str, step: str) -> None:
    """Publish in a process that is killed when it comes to a step."""
    settings = nights.centre.settings
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HEDUI_HOME": str(settings.home),
        "HEDUI_SOURCES_FOLDER": str(settings.sources_folder),
        "HEDUI_RULES_FOLDER": str(settings.rules_folder),
        "HEDUI_MEMORY_LIMIT": "1GB",
    }
    script = KILLED.replace("import publish.run,", "import ledger.presence, ledger.runs, publish.run,")
    module, name = step.rsplit(".", 1)
    place = {"publish.switch.presence": "ledger.presence", "publish.switch.runs": "ledger.runs"}.get(module, module)
    done = subprocess.run(
        [sys.executable, "-c", script, run_id, f"{place}.{name}"], env=environment, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_the_manifest_says_on_which_texts_and_which_audit_it_stands(nights: Nights) -> None:
    published: Published = nights.night(date(2026, 6, 20), PEOPLE)
    text = (published.folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["audit_head"]["sequence"] >= 0
    assert Path(published.folder).name == manifest["run_id"]
    assert "王小" not in text
