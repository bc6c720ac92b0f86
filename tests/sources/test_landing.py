"""Landing: write-once, proved, safe to kill and to retry."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from core.errors import HeduiError, OperatorError, ProviderError
from core.moment import SHANGHAI, now
from core.sealing import MAGIC
from core.settings import Settings
from ledger import deliveries, keys
from ledger.run import Ledger, open_ledger
from ledger.sayings import with_sayings
from sources.run import Landed, Refusal, land, land_inbox, open_landed
from tests.sources.room import PERSON, csv_bytes, write_room

DATA = csv_bytes([list(PERSON)] * 50)


class House:
    """A home, an inbox and a ledger of our own, with one room."""

    def __init__(self, folder: Path, *, seal: bool = True, settle: float = 0.0, **file: object) -> None:
        sources = write_room(folder / "sources", **file)
        self.settings = Settings(home=folder / "home", sources_folder=sources, settle_seconds=settle, seal_landing=seal)
        self.ledger: Ledger = open_ledger(self.settings)
        self.inbox = folder / "inbox" / "wage"
        self.inbox.mkdir(parents=True)

    def put(self, data: bytes = DATA, name: str = "wage_202605.csv", control: dict[str, object] | None = None) -> Path:
        path = self.inbox / name
        path.write_bytes(data)
        if control is not None:
            path.with_name(name + ".control.json").write_text(json.dumps(control), "utf-8")
        return path

    def land(self, file: Path, received_at: datetime | None = None) -> Landed:
        return land(file, received_at=received_at, ledger=self.ledger, settings=self.settings)

    def known(self) -> list[deliveries.Delivery]:
        return deliveries.list_deliveries(self.ledger)

    def stored(self) -> list[Path]:
        return [path for path in (self.settings.home / "landing").rglob("*") if path.is_file() and path.name != ".lock"]

    def bytes_of(self, delivery_id: str) -> bytes:
        delivery = deliveries.get(self.ledger, delivery_id)
        return b"".join(open_landed(delivery, self.ledger, self.settings))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_delivery_lands_sealed_once_and_comes_back_as_it_was(house: House) -> None:
    landed = house.land(house.put())
    sha = hashlib.sha256(DATA).hexdigest()
    assert (landed.state, landed.delivery_id, landed.sha256) == ("landed", f"wage-{sha[:12]}", sha)
    (path,) = house.stored()
    assert path.read_bytes().startswith(MAGIC)
    assert path.stat().st_mode & 0o777 == 0o400
    assert house.bytes_of(f"wage-{sha[:12]}") == DATA
    (known,) = house.known()
    assert known.as_of == date(2026, 5, 31)
    assert known.period_month == date(2026, 5, 1)
    assert (known.byte_count, known.landing_path) == (len(DATA), f"landing/wage/wage-{sha[:12]}")


def test_without_sealing_the_file_lies_plain(tmp_path: Path) -> None:
    house = House(tmp_path, seal=False)
    landed = house.land(house.put())
    assert house.stored()[0].read_bytes() == DATA
    assert house.bytes_of(landed.delivery_id or "") == DATA


def test_an_erased_key_leaves_nothing_to_read(house: House) -> None:
    landed = house.land(house.put())
    keys.erase(house.ledger, f"delivery:{landed.delivery_id}", "retention", "steward")
    with pytest.raises(OperatorError, match="erased"):
        house.bytes_of(landed.delivery_id or "")


def test_the_same_bytes_again_are_a_duplicate_and_not_stored_twice(house: House) -> None:
    first = house.land(house.put())
    again = house.land(house.put(name="wage_202605_2.csv"))
    house.land(house.inbox / "wage_202605_2.csv")
    assert (again.state, again.delivery_id) == ("duplicate", first.delivery_id)
    assert len(house.stored()) == 1
    kinds = [event.kind for event in deliveries.events(house.ledger, first.delivery_id or "")]
    assert kinds == ["landed", "duplicate_received"]


def test_a_register_that_did_not_change_since_last_month_is_one_delivery_that_stands_as_of_both_days(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path / "home", settle_seconds=0.0)
    ledger = open_ledger(settings)
    inbox = tmp_path / "inbox" / "vehicle"
    inbox.mkdir(parents=True)

    def take(name: str) -> Landed:
        (inbox / name).write_bytes(DATA)
        return land(inbox / name, ledger=ledger, settings=settings)

    first, again, twice = (
        take("jg_vehicle_20260515.csv"),
        take("jg_vehicle_20260615.csv"),
        take("jg_vehicle_20260515.csv"),
    )
    assert (first.state, again.state, twice.state) == ("landed", "duplicate", "duplicate")
    assert "2026-06-15" in (again.reason or "")
    assert "2026" not in (twice.reason or "").removeprefix("the same bytes landed as ")[21:]
    said = with_sayings(ledger, deliveries.list_deliveries(ledger), now())
    assert [(one.file_name, one.as_of) for one in said] == [
        ("jg_vehicle_20260515.csv", date(2026, 5, 15)),
        ("jg_vehicle_20260615.csv", date(2026, 6, 15)),
    ]
    assert {one.delivery_id for one in said} == {first.delivery_id}
    assert len(with_sayings(ledger, deliveries.list_deliveries(ledger), said[0].landed_at)) == 1


def test_a_month_that_came_under_another_months_name_with_the_same_bytes_is_that_month_alone(house: House) -> None:
    house.land(house.put(name="wage_202604.csv"))
    assert house.land(house.put(name="wage_202605.csv")).state == "duplicate"
    assert len(with_sayings(house.ledger, house.known(), now())) == 1


def test_other_bytes_under_a_known_name_are_refused(house: House) -> None:
    house.land(house.put())
    with pytest.raises(ProviderError, match="landed before with other bytes"):
        house.land(house.put(DATA + b"\n"))
    assert len(house.stored()) == len(house.known()) == 1


def test_a_source_that_replaces_its_files_may_send_other_bytes(tmp_path: Path) -> None:
    house = House(tmp_path, resend="replaces")
    house.land(house.put())
    assert house.land(house.put(DATA + b"\n")).state == "landed"
    assert len(house.known()) == 2


def test_a_file_that_is_still_being_written_waits_and_lands_later(tmp_path: Path) -> None:
    house = House(tmp_path, settle=0.4)
    path = house.put(DATA[:100])

    def write_on() -> None:
        with path.open("ab") as out:
            for start in range(100, len(DATA), 400):
                time.sleep(0.1)
                out.write(DATA[start : start + 400])
                out.flush()

    writer = threading.Thread(target=write_on)
    writer.start()
    waiting = house.land(path)
    writer.join()
    assert waiting.state == "waiting"
    assert house.known() == []
    assert house.stored() == []
    landed = house.land(path)
    assert house.bytes_of(landed.delivery_id or "") == DATA


def test_a_preserved_old_time_does_not_make_a_growing_file_whole(tmp_path: Path) -> None:
    house = House(tmp_path, settle=0.4)
    path = house.put(DATA[:100])

    def grow() -> None:
        for _ in range(6):
            time.sleep(0.1)
            with path.open("ab") as out:
                out.write(b"x")
            os.utime(path, (1, 1))

    os.utime(path, (1, 1))
    writer = threading.Thread(target=grow)
    writer.start()
    assert house.land(path).state == "waiting"
    writer.join()


@pytest.mark.parametrize(
    "name", ["wage_202605.csv.part", ".wage_202605.csv", "wage_202605.csv.filepart", "~$wage.xlsx"]
)
def test_a_transfer_under_way_waits(house: House, name: str) -> None:
    assert house.land(house.put(name=name)).state == "waiting"
    assert house.known() == []


def test_the_control_file_is_kept_and_its_claims_are_checked(house: House) -> None:
    control = {"rows": 50, "sums": {"缴费工资": "61725.00"}, "sha256": hashlib.sha256(DATA).hexdigest()}
    landed = house.land(house.put(control=control | {"claims_received_at": "2026-06-02T09:00:00"}))
    known = deliveries.get(house.ledger, landed.delivery_id or "")
    assert (known.control or {})["rows"] == 50
    assert (known.control or {})["sums"] == {"缴费工资": "61725.00"}
    assert known.claims_received_at == datetime(2026, 6, 2, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("control", "said"),
    [
        ({"sha256": "0" * 64}, "another SHA-256"),
        ({"bytes": 7}, "says 7 bytes"),
        ({"rows": "many"}, "wrong values in rows"),
        ({"rows": -1}, "wrong values in rows"),
        ({"surprise": PERSON[0]}, "unknown field"),
        ({"as_of": "2999-01-01"}, "future"),
        ({"claims_received_at": "2999-01-01T00:00:00Z"}, "future"),
        ([PERSON[1]], "wrong values"),
    ],
)
def test_a_control_file_that_contradicts_or_confuses_is_refused(house: House, control: object, said: str) -> None:
    with pytest.raises(ProviderError, match=said) as caught:
        house.land(house.put(control=control))  # type: ignore[arg-type]
    assert PERSON[0] not in str(caught.value)
    assert PERSON[1] not in str(caught.value)
    assert house.known() == []


def test_a_control_file_that_is_no_json_is_refused(house: House) -> None:
    path = house.put(control={})
    path.with_name(path.name + ".control.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(ProviderError, match="not a JSON object"):
        house.land(path)


def test_where_the_card_wants_the_day_from_the_control_file_the_delivery_waits_for_it(tmp_path: Path) -> None:
    house = House(tmp_path, as_of="control")
    assert house.land(house.put()).state == "waiting"
    landed = house.land(house.put(control={"as_of": "2026-05-20"}))
    assert deliveries.get(house.ledger, landed.delivery_id or "").as_of == date(2026, 5, 20)


def test_a_historical_file_claims_its_day_of_receipt(tmp_path: Path) -> None:
    house = House(tmp_path, as_of="received")
    landed = house.land(house.put(), received_at=datetime(2026, 3, 4, 1, tzinfo=SHANGHAI))
    known = deliveries.get(house.ledger, landed.delivery_id or "")
    assert known.as_of == date(2026, 3, 4)
    assert known.landed_at.year >= 2026


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("wage_202613.csv", ProviderError),
        ("wage_299901.csv", ProviderError),
        ("wage_190001.csv", ProviderError),
        ("wage_2605.csv", ProviderError),
        ("工资.csv", ProviderError),
    ],
)
def test_a_wrong_name_or_an_impossible_date_is_refused(house: House, name: str, who: type[HeduiError]) -> None:
    with pytest.raises(who):
        house.land(house.put(name=name))
    assert house.stored() == []


def test_an_empty_file_is_refused(house: House) -> None:
    with pytest.raises(ProviderError, match="empty"):
        house.land(house.put(b""))


def test_a_link_or_a_missing_file_is_for_the_steward(house: House) -> None:
    (house.inbox / "wage_202604.csv").symlink_to("/etc/hostname")
    with pytest.raises(OperatorError, match="link"):
        house.land(house.inbox / "wage_202604.csv")
    with pytest.raises(OperatorError, match="cannot be read"):
        house.land(house.inbox / "wage_202603.csv")


def test_the_inbox_goes_on_after_a_refusal_flat_or_in_folders(house: House) -> None:
    house.put()
    house.put(b"x", name="wage_202613.csv")
    flat = house.inbox.parent
    (flat / "wage_202604.csv").write_bytes(DATA + b"\n")
    (flat / "110105194912310021.csv").write_bytes(b"x")
    (flat / "wage_202603.csv.part").write_bytes(b"x")
    told = land_inbox(flat, ledger=house.ledger, settings=house.settings)
    assert sorted(one.state for one in told if isinstance(one, Landed)) == ["landed", "landed", "waiting"]
    refused = {one.error.code: str(one.error) for one in told if isinstance(one, Refusal)}
    assert set(refused) == {"delivery.unknown_file", "delivery.name_date"}
    assert "110105194912310021" not in refused["delivery.unknown_file"]


def test_a_name_that_two_sources_claim_is_reported(house: House) -> None:
    room = write_room(house.settings.sources_folder / "other")
    text = (room / "wage" / "source.yml").read_text("utf-8").replace("source: wage", "source: second")
    (house.settings.sources_folder / "second").mkdir()
    (house.settings.sources_folder / "second" / "source.yml").write_text(text, "utf-8")
    flat = house.inbox.parent / "wage_202605.csv"
    flat.write_bytes(DATA)
    with pytest.raises(OperatorError, match="second, wage"):
        house.land(flat)
    assert house.land(house.put()).state == "landed"


def _land_and_die(folder: str, at: str) -> None:
    """Land in this process and kill it at a named point."""
    script = f"""
import os, signal, sys
from pathlib import Path
import sources.run, sources.landing
from core.settings import Settings
from ledger.run import open_ledger
def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)
if {at!r} == 'writing': sources.landing.os.fsync = die
if {at!r} == 'renaming': sources.landing._sync_folder = die
if {at!r} == 'recording': sources.run.deliveries.record = die
f = Path({folder!r})
s = Settings(home=f / 'home', sources_folder=f / 'sources', settle_seconds=0)
sources.run.land(f / 'inbox/wage/wage_202605.csv', ledger=open_ledger(s), settings=s)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("at", ["writing", "renaming", "recording"])
def test_a_killed_landing_is_retried_without_loss_or_doubling(tmp_path: Path, at: str) -> None:
    house = House(tmp_path)
    path = house.put()
    _land_and_die(str(tmp_path), at)
    assert house.known() == []
    landed = house.land(path)
    assert landed.state == "landed"
    assert [one.name for one in house.stored()] == [landed.delivery_id]
    assert house.bytes_of(landed.delivery_id or "") == DATA
    assert [e.kind for e in deliveries.events(house.ledger, landed.delivery_id or "")] == ["landed"]


def _land_from_elsewhere(folder: str, queue: multiprocessing.Queue[str]) -> None:
    here = Path(folder)
    settings = Settings(home=here / "home", sources_folder=here / "sources", settle_seconds=0)
    file = here / "inbox" / "wage" / "wage_202605.csv"
    queue.put(land(file, ledger=open_ledger(settings), settings=settings).state)


def test_processes_landing_the_same_file_at_once_store_it_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.put()
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[str] = context.Queue()
    workers = [context.Process(target=_land_from_elsewhere, args=(str(tmp_path), queue)) for _ in range(3)]
    for worker in workers:
        worker.start()
    states = sorted(queue.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    assert states == ["duplicate", "duplicate", "landed"]
    assert len(house.stored()) == len(house.known()) == 1


def test_a_file_that_changes_between_hashing_and_storing_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    path = house.put()
    make_key = keys.create

    def changed_meanwhile(ledger: Ledger, key_id: str) -> bytes:
        path.write_bytes(DATA.replace(b"1234", b"9999"))
        return make_key(ledger, key_id)

    monkeypatch.setattr("sources.run.keys.create", changed_meanwhile)
    assert house.land(path).state == "waiting"
    assert house.known() == []
    assert house.stored() == []


def test_a_full_disk_is_for_the_steward(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sources.landing.os.fsync", full)
    with pytest.raises(OperatorError, match="errno 28"):
        house.land(house.put())
    assert house.stored() == []
    assert house.known() == []
