"""What a changed set would ask otherwise, shown before anybody releases it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.moment import now
from ledger import findings, runs
from publish.policy_diff import PolicyDiff, RuleChange, diff, diff_lines
from publish.policy_sets import release
from tests.publish.nights import Nights, car, listed, write_rules

PEOPLE = [
    listed("p1", programme_code="dibao", roster_id_state="damaged"),
    listed("p2", programme_code="dibao"),
    listed("p3", programme_code="dibao", region_code="210102001001"),
]


def changed(nights: Nights, page: str, before: str, after: str) -> None:
    """One text of the working set reads otherwise."""
    path = nights.centre.settings.rules_folder / page
    text = path.read_text(encoding="utf-8")
    assert text.count(before) >= 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def compared(nights: Nights, region: str = "") -> PolicyDiff:
    """The night of three people and two cars, asked by both sets."""
    ledger, settings = nights.centre.ledger, nights.centre.settings
    return diff(ledger, settings, region=region)


@pytest.fixture
def released(nights: Nights) -> Nights:
    """A released set and a night asked by it."""
    release(nights.centre.ledger, nights.centre.settings, by="王燕", note="首次发布")
    day = now().date() + timedelta(days=2)
    nights.night(day, PEOPLE, [car("p2"), car("p3", "t2", plate_class_code="large")])
    return nights


def of(found: PolicyDiff, code: str) -> RuleChange:
    """The change of one rule."""
    return next(rule for rule in found.rules if rule.rule == code)


def test_the_same_set_asks_the_same(released: Nights) -> None:
    found = compared(released)
    assert (found.rules, found.set_before) == ([], found.set_after)
    assert "nothing would be asked otherwise" in diff_lines(found)[-1]


def test_households_that_a_narrower_rule_no_longer_asks_are_lost(released: Nights) -> None:
    changed(
        released,
        "property/vehicle_on_record.sql",
        "from vehicle ",
        "from (from vehicle where plate_class_code = 'small') as vehicle ",
    )
    found = compared(released)
    told = of(found, "R-VEH-01")
    assert (told.findings_before, told.findings_after, told.gained, told.lost, told.changed) == (2, 1, 0, 1, 0)
    assert (found.households_gained, found.households_lost, found.households_changed) == (0, 1, 0)
    [example] = told.examples
    assert (example["kind"], example["household_key"], example["after"]) == ("lost", "h3", None)
    assert told.version_before != told.version_after


def test_a_wider_rule_gains_and_a_graver_one_changes(released: Nights) -> None:
    changed(released, "existence/damaged_number.sql", "('damaged', 'missing')", "('damaged', 'missing', 'valid')")
    changed(released, "property/vehicle_on_record.sql", "'eligibility' as severity", "'information' as severity")
    changed(
        released,
        "property/vehicle_on_record.yml",
        "severity: {default: eligibility, allowed: [eligibility]}",
        "severity: {default: information, allowed: [information]}",
    )
    found = compared(released)
    assert (of(found, "R-ID-01").gained, of(found, "R-VEH-01").changed) == (2, 2)
    assert (found.households_gained, found.households_changed) == (2, 2)
    assert any("R-VEH-01" in line and "~2" in line for line in diff_lines(found))


def test_a_region_narrows_the_comparison(released: Nights) -> None:
    write_rules(released.centre.settings.rules_folder, vehicles="withdrawn")
    assert of(compared(released), "R-VEH-01").lost == 2
    assert of(compared(released, "210102"), "R-VEH-01").lost == 1


def test_a_rule_put_into_shadow_loses_what_people_saw(released: Nights) -> None:
    write_rules(released.centre.settings.rules_folder, vehicles="shadow")
    told = of(compared(released), "R-VEH-01")
    assert (told.lost, told.state_before, told.state_after) == (2, "released", "shadow")


def test_comparing_publishes_nothing_and_changes_no_life(released: Nights) -> None:
    ledger, settings = released.centre.ledger, released.centre.settings
    current, lives = runs.current(ledger), findings.living(ledger)
    published = sorted(path.name for path in (settings.home / "runs").iterdir())
    write_rules(settings.rules_folder, vehicles="withdrawn")
    compared(released)
    assert (runs.current(ledger), sorted(path.name for path in (settings.home / "runs").iterdir())) == (
        current,
        published,
    )
    assert findings.living(ledger).equals(lives)
    assert not list((settings.home / "work").iterdir())


def test_no_example_tells_a_name(released: Nights) -> None:
    write_rules(released.centre.settings.rules_folder, vehicles="withdrawn")
    assert "王小" not in str(compared(released).as_record())


def test_without_a_published_night_there_is_nothing_to_compare(nights: Nights) -> None:
    with pytest.raises(OperatorError, match="current"):
        diff(nights.centre.ledger, nights.centre.settings)


def test_another_folder_may_be_compared_without_being_the_working_one(released: Nights, tmp_path: Path) -> None:
    draft = write_rules(tmp_path / "draft", numbers="withdrawn")
    found = diff(released.centre.ledger, released.centre.settings, folder=draft)
    assert [rule.rule for rule in found.rules] == ["R-ID-01"]
