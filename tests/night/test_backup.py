"""Backup and restore, rehearsed: the home is destroyed, and made again with its audit, its run and its seals."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.settings import Settings
from ledger import audit, deliveries, keys, runs
from ledger.run import open_ledger
from publish.backup import MANIFEST, back_up, restore
from publish.folder import run_folder
from publish.people import open_people
from publish.verify import verify_audit, verify_run
from sources.run import open_landed
from tests import postgres
from tests.night.conftest import Published
from tests.night.home import Home
from tests.publish.nights import DAY, Nights, car, listed, write_rules
from tests.warehouse.centre import Centre
from tests.warehouse.rooms import write_rooms

PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Saved:
    """A backup: its folder, the file of the keys, and settings to restore it with."""

    folder: Path
    keys_file: Path
    settings: Settings


@pytest.fixture
def house(first_night: Published, tmp_path: Path) -> Home:
    """A copy of the home after its first night, to be backed up and destroyed."""
    return first_night.home.moved_to(tmp_path / "home")


@pytest.fixture
def saved(house: Home, tmp_path: Path) -> Saved:
    """Its backup."""
    one = Saved(tmp_path / "backup", tmp_path / "safe" / "keys.sealed", house.settings)
    back_up(one.settings, one.folder, one.keys_file, PASSPHRASE)
    return one


@pytest.fixture
def nights_on_postgresql(postgres_url: str, tmp_path: Path) -> Nights:
    """A centre whose ledger is PostgreSQL."""
    settings = Settings(
        home=tmp_path / "home",
        ledger_url=postgres_url,
        sources_folder=write_rooms(tmp_path / "rooms"),
        rules_folder=write_rules(tmp_path / "rules"),
        threads=2,
        memory_limit="1GB",
    )
    return Nights(Centre(settings, open_ledger(settings)))


def test_a_destroyed_home_is_made_again_with_its_audit_its_run_and_its_seals(
    house: Home, saved: Saved, first_night: Published
) -> None:
    run_id = first_night.run_id
    household = str(house.table(run_id, "household")["household_key"][0])
    before = open_people(run_folder(saved.settings, run_id), run_id, household, ledger=house.ledger)
    landed = deliveries.list_deliveries(house.ledger)[0]
    raw = b"".join(open_landed(landed, house.ledger, saved.settings))
    entries = audit.entries(house.ledger)
    destroy(house.folder)
    report = restore(saved.settings, saved.folder, saved.keys_file, PASSPHRASE)
    assert report.whole
    ledger = open_ledger(saved.settings)
    assert audit.entries(ledger).equals(entries)
    assert runs.current(ledger) == run_id
    assert verify_run(run_folder(saved.settings, run_id), ledger=ledger).whole
    assert open_people(run_folder(saved.settings, run_id), run_id, household, ledger=ledger) == before
    assert b"".join(open_landed(landed, ledger, saved.settings)) == raw
    assert house.night()["accepted"]


def test_on_postgresql_a_lost_database_and_home_are_made_again(nights_on_postgresql: Nights, tmp_path: Path) -> None:
    settings = nights_on_postgresql.centre.settings
    audit.record(open_ledger(settings), "policy.read", by="王燕", subject="handbook", detail={})
    run_id = nights_on_postgresql.night(DAY, [listed("p1")], [car("p1")]).run_id
    entries = audit.entries(open_ledger(settings))
    back_up(settings, tmp_path / "backup", tmp_path / "keys.sealed", PASSPHRASE)
    destroy(settings.home)
    socket = Path(str(settings.ledger_url).partition("host=")[2])
    elsewhere = settings.model_copy(update={"ledger_url": postgres.new_database(socket)})
    assert restore(elsewhere, tmp_path / "backup", tmp_path / "keys.sealed", PASSPHRASE).whole
    ledger = open_ledger(elsewhere)
    assert audit.entries(ledger).equals(entries)
    assert runs.current(ledger) == run_id
    assert verify_run(run_folder(elsewhere, run_id), ledger=ledger).whole
    again = Path(tmp_path / "other")
    with pytest.raises(OperatorError, match=r"restore\.not_empty"):
        restore(elsewhere.model_copy(update={"home": again}), tmp_path / "backup", tmp_path / "keys.sealed", PASSPHRASE)


def test_what_is_backed_up_while_people_work_is_whole(house: Home, tmp_path: Path) -> None:
    stop, ledger = threading.Event(), house.ledger
    written: list[str] = []

    def work() -> None:
        while not stop.is_set():
            written.append(audit.record(ledger, "case.commented", by="analyst", subject="case", detail={}))

    worker = threading.Thread(target=work)
    worker.start()
    try:
        while not written:
            pass
        back_up(house.settings, tmp_path / "backup", tmp_path / "keys.sealed", PASSPHRASE)
    finally:
        stop.set()
        worker.join()
    destroy(house.folder)
    assert restore(house.settings, tmp_path / "backup", tmp_path / "keys.sealed", PASSPHRASE).whole


def test_nothing_is_restored_over_a_home_that_holds_something(house: Home, saved: Saved) -> None:
    with pytest.raises(OperatorError, match=r"restore\.not_empty"):
        restore(saved.settings, saved.folder, saved.keys_file, PASSPHRASE)
    assert verify_audit(house.ledger, house.settings).whole


def test_a_changed_or_lost_file_of_a_backup_is_found_before_anything_is_written(house: Home, saved: Saved) -> None:
    destroy(house.folder)
    victim = sorted((saved.folder / "landing").rglob("*-*"))[0]
    kept = victim.read_bytes()
    victim.chmod(0o600)
    for damage in (kept[:-1], None):
        victim.unlink() if damage is None else victim.write_bytes(damage)
        with pytest.raises(OperatorError, match=r"restore\.changed"):
            restore(saved.settings, saved.folder, saved.keys_file, PASSPHRASE)
        assert not house.folder.exists()


def test_the_keys_stand_apart_and_open_by_the_passphrase_alone(house: Home, saved: Saved) -> None:
    master = (house.folder / "keys" / "master.key").read_bytes()
    for path in (*saved.folder.rglob("*"), saved.keys_file):
        if path.is_file():
            content = path.read_bytes()
            assert master not in content
            assert master.hex().encode() not in content
    assert not (saved.folder / "keys").exists()
    destroy(house.folder)
    with pytest.raises(OperatorError, match=r"key\.does_not_open"):
        restore(saved.settings, saved.folder, saved.keys_file, "another passphrase")


def test_an_erased_key_is_not_in_the_backup_either(house: Home, tmp_path: Path) -> None:
    household = "household:" + str(house.table(str(runs.current(house.ledger)), "household")["household_key"][0])
    keys.erase(house.ledger, household, "retention", "王燕")
    back_up(house.settings, tmp_path / "backup", tmp_path / "keys.sealed", PASSPHRASE)
    destroy(house.folder)
    restore(house.settings, tmp_path / "backup", tmp_path / "keys.sealed", PASSPHRASE)
    assert keys.living(house.ledger, [household]) == set()


def test_the_manifest_names_every_file_with_its_hash(saved: Saved) -> None:
    manifest = json.loads((saved.folder / MANIFEST).read_text(encoding="utf-8"))
    there = {str(one.relative_to(saved.folder)) for one in saved.folder.rglob("*") if one.is_file()}
    assert set(manifest["listed"]) == there - {MANIFEST}
    assert manifest["files"] == len(manifest["listed"]) > 50


def destroy(home: Path) -> None:
    """The folder and all in it, read-only or not."""
    for folder in home.rglob("*"):
        if folder.is_dir():
            folder.chmod(0o755)
    shutil.rmtree(home)
