"""Erased is unreadable everywhere, manifests still verify, and the report says what stays readable until when."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.moment import SHANGHAI
from ledger import audit, deliveries, keys
from publish.erasure import erase_household, purge_expired
from publish.people import open_people
from publish.verify import verify_run
from tests.publish.nights import DAY, Nights, instant, listed

NUMBER = "11010519491231002X"
PEOPLE = [listed("p1", roster_id_state="damaged"), listed("p2", roster_id_state="damaged")]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_names_and_numbers_stand_nowhere_in_clear(nights: Nights) -> None:
    published = nights.night(DAY, PEOPLE)
    for file in files(published.folder):
        content = file.read_bytes()
        assert NUMBER.encode() not in content, file.name
        assert "王小".encode() not in content, file.name


def test_a_households_people_open_with_its_key(nights: Nights) -> None:
    published = nights.night(DAY, PEOPLE)
    people = open_people(published.folder, published.run_id, "h1", ledger=nights.centre.ledger)
    assert people == [{"person_key": "p1", "name": "王小p1", "id_number": NUMBER}]


def test_an_erased_household_opens_nowhere_and_every_manifest_still_verifies(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    first = nights.night(DAY, PEOPLE)
    report = erase_household("h1", reason="court order", by="王燕", ledger=ledger, settings=settings)
    assert report.households == ["h1"]
    with pytest.raises(OperatorError, match=r"key\.erased"):
        open_people(first.folder, first.run_id, "h1", ledger=ledger)
    assert open_people(first.folder, first.run_id, "h2", ledger=ledger)
    assert verify_run(first.folder, ledger=ledger).whole
    assert audit.entries(ledger).select("act", "subject").rows() == [("key.erased", "household:h1")]
    again = erase_household("h1", reason="court order", by="王燕", ledger=ledger, settings=settings)
    assert again.households == []


def test_a_night_after_an_erasure_publishes_without_the_erased_names(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    nights.night(DAY, PEOPLE)
    erase_household("h1", reason="court order", by="王燕", ledger=ledger, settings=settings)
    later = nights.publish(nights.asked(DAY, known_at=instant(DAY) + timedelta(hours=1)))
    assert open_people(later.folder, later.run_id, "h2", ledger=ledger)
    with pytest.raises(OperatorError, match=r"key\.erased"):
        open_people(later.folder, later.run_id, "h1", ledger=ledger)


def test_the_report_names_raw_files_that_stay_readable_and_until_when(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    nights.night(DAY, PEOPLE)
    report = erase_household("h1", reason="court order", by="王燕", ledger=ledger, settings=settings)
    landed = {one.delivery_id: one.landed_at for one in deliveries.list_deliveries(ledger)}
    assert {one.delivery_id for one in report.still_readable} == landed.keys()
    for one in report.still_readable:
        day = landed[one.delivery_id].astimezone(SHANGHAI).date()
        assert one.until_date == day + timedelta(days=settings.raw_retention_days)


def test_raw_files_go_the_day_after_their_retention_and_not_before(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    nights.deliver(DAY, PEOPLE)
    name = deliveries.list_deliveries(ledger, source="roster")[0]
    keys.create(ledger, f"delivery:{name.delivery_id}")
    raw = settings.home / name.landing_path
    raw.parent.mkdir(parents=True)
    raw.write_bytes(b"sealed")
    quarantined = settings.folder("quarantine") / f"{name.delivery_id}.s1"
    quarantined.write_bytes(b"sealed")
    last = name.landed_at.astimezone(SHANGHAI).date() + timedelta(days=settings.raw_retention_days)
    assert purge_expired(settings, ledger, last).deliveries == []
    assert raw.exists()
    report = purge_expired(settings, ledger, last + timedelta(days=1))
    assert name.delivery_id in report.deliveries
    assert report.still_readable == []
    assert not raw.exists()
    assert not quarantined.exists()
    assert keys.living(ledger, [f"delivery:{name.delivery_id}"]) == set()
    assert deliveries.state_at(ledger, name.delivery_id, instant(DAY)) == "accepted"
    assert purge_expired(settings, ledger, last + timedelta(days=2)).deliveries == []


def test_a_household_goes_after_case_retention_counted_from_the_night_it_left(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    nights.night(DAY, PEOPLE)
    left = DAY + timedelta(days=1)
    second = nights.night(left, PEOPLE[1:])
    last = left + timedelta(days=settings.case_retention_days)
    assert purge_expired(settings, ledger, last).households == []
    assert purge_expired(settings, ledger, last + timedelta(days=1)).households == ["h1"]
    assert verify_run(second.folder, ledger=ledger).whole
    assert keys.living(ledger, ["household:h1", "household:h2"]) == {"household:h2"}


def test_a_household_that_came_back_is_kept(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    for day, people in enumerate((PEOPLE, PEOPLE[1:], PEOPLE)):
        nights.night(DAY + timedelta(days=day), people)
    assert purge_expired(settings, ledger, date(2040, 1, 1)).households == []
