"""What a night asks is what somebody released, not what stands in the working copy."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from core.errors import OperatorError, PolicyError
from core.moment import now
from ledger import audit
from publish import night
from publish.policy_sets import asked_by, kept_folder, put, release, released_at, releases, set_of
from publish.replay import replay
from rules.pages import load_pages
from tests.publish.nights import DAY, Nights, car, instant, listed, write_rules

PEOPLE = [listed("p1", roster_id_state="damaged", programme_code="dibao"), listed("p2", programme_code="dibao")]


@pytest.fixture
def lived_in(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> Nights:
    """The same centre, found by its environment as a command finds it."""
    here = nights.centre.settings
    for name in ("home", "sources_folder", "rules_folder"):
        monkeypatch.setenv(f"HEDUI_{name.upper()}", str(getattr(here, name)))
    return nights


def asked(nights: Nights, day_offset: int) -> list[str]:
    """The rules that asked something in a whole night of the released set."""
    day = DAY + timedelta(days=day_offset)
    nights.deliver(day, PEOPLE, [car("p2")])
    run_id = night.begin(as_of=day, known_at=instant(day), kind="nightly", sources=[], request=None)
    night.join(run_id)
    night.ask(run_id)
    folder = Path(night.publish(run_id)["folder"])
    return sorted(pl.read_parquet(folder / "finding.parquet")["rule"])


def test_the_demonstration_releases_its_working_set_once_and_the_night_keeps_asking_it(lived_in: Nights) -> None:
    assert asked(lived_in, 0) == ["R-ID-01", "R-VEH-01"]
    write_rules(lived_in.centre.settings.rules_folder, vehicles="withdrawn")
    assert asked(lived_in, 1) == ["R-ID-01", "R-VEH-01"]
    assert len(releases(lived_in.centre.ledger)) == 1


def test_a_released_change_is_asked_by_the_next_night_and_earlier_nights_replay_as_they_were(
    lived_in: Nights,
) -> None:
    ledger, settings = lived_in.centre.ledger, lived_in.centre.settings
    assert asked(lived_in, 0) == ["R-ID-01", "R-VEH-01"]
    write_rules(settings.rules_folder, vehicles="withdrawn")
    told = release(ledger, settings, by="王燕", note="车辆规则撤下")
    run_id = night.begin(as_of=DAY, known_at=now(), kind="nightly", sources=[], request=None)
    night.join(run_id)
    night.ask(run_id)
    folder = Path(night.publish(run_id)["folder"])
    assert pl.read_parquet(folder / "finding.parquet")["rule"].to_list() == ["R-ID-01"]
    assert (told.by, told.note, told.rules["R-VEH-01"].split()[1]) == ("王燕", "车辆规则撤下", "withdrawn")
    assert all(outcome.same and outcome.changed == [] for outcome in replay(None, ledger=ledger, settings=settings))


def test_production_asks_nothing_that_nobody_released(nights: Nights) -> None:
    ledger = nights.centre.ledger
    settings = nights.centre.settings.model_copy(update={"environment": "production"})
    with pytest.raises(PolicyError, match="released"):
        asked_by(ledger, settings, now())
    told = release(ledger, settings, by="王燕", note="首次发布")
    assert asked_by(ledger, settings, now()).rules_folder.name == told.policy_set


def test_what_was_released_later_does_not_hold_earlier(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    first = release(ledger, settings, by="王燕", note="首次发布")
    write_rules(settings.rules_folder, vehicles="shadow")
    second = release(ledger, settings, by="王燕", note="车辆试运行")
    assert first.policy_set != second.policy_set
    assert asked_by(ledger, settings, first.at).rules_folder.name == first.policy_set
    assert asked_by(ledger, settings, second.at).rules_folder.name == second.policy_set
    assert asked_by(ledger, settings, first.at - timedelta(days=400)).rules_folder.name == first.policy_set


def test_one_rule_goes_into_shadow_and_comes_back_without_touching_the_working_copy(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    first = release(ledger, settings, by="王燕", note="首次发布")
    working = set_of(settings.rules_folder, settings)
    told = put(ledger, settings, "R-VEH-01", "shadow", by="李强", note="口径待核")
    states = {page.card.code: page.card.released.state for page in load_pages(kept_folder(settings, told.policy_set))}
    assert states == {"R-ID-01": "released", "R-VEH-01": "shadow"}
    assert "口径待核" in told.note
    assert set_of(settings.rules_folder, settings) == working == first.policy_set
    assert released_at(ledger) == told


def test_the_texts_of_a_released_set_are_read_only_and_a_changed_one_is_refused(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    told = release(ledger, settings, by="王燕", note="首次发布")
    page = next(kept_folder(settings, told.policy_set).rglob("*.sql"))
    assert os.stat(page).st_mode & 0o222 == 0
    page.chmod(0o644)
    page.write_text(page.read_text(encoding="utf-8") + "\n-- another meaning", encoding="utf-8")
    with pytest.raises(OperatorError, match="changed"):
        asked_by(ledger, settings, now())


@pytest.mark.parametrize(("by", "note"), [("", "首次发布"), ("王燕", " ")])
def test_a_release_without_name_or_note_is_refused(nights: Nights, by: str, note: str) -> None:
    with pytest.raises(OperatorError):
        release(nights.centre.ledger, nights.centre.settings, by=by, note=note)
    assert releases(nights.centre.ledger) == []


def test_a_broken_set_cannot_be_released(nights: Nights) -> None:
    settings = nights.centre.settings
    page = settings.rules_folder / "property" / "vehicle_on_record.sql"
    page.write_text(page.read_text(encoding="utf-8").replace("from vehicle ", "from vehicle_any_grade "), "utf-8")
    with pytest.raises(Exception, match="vehicle_any_grade"):
        release(nights.centre.ledger, settings, by="王燕", note="放宽")
    assert releases(nights.centre.ledger) == []


def test_a_rule_nobody_knows_is_not_put_anywhere(nights: Nights) -> None:
    release(nights.centre.ledger, nights.centre.settings, by="王燕", note="首次发布")
    with pytest.raises(OperatorError):
        put(nights.centre.ledger, nights.centre.settings, "R-NONE-01", "shadow", by="王燕", note="口径待核")


def test_releases_stand_in_the_audit_chain(nights: Nights) -> None:
    release(nights.centre.ledger, nights.centre.settings, by="王燕", note="首次发布")
    assert audit.entries(nights.centre.ledger)["act"].to_list().count("policy.released") == 1
    assert audit.verify(nights.centre.ledger).whole
