"""Replay computes a published run again from what is stored and says whether it is the same, or what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import OperatorError
from core.moment import RunKind
from ledger import findings, runs
from publish.findings import findings as published_findings
from publish.replay import replay
from tests.publish.nights import DAY, Nights, car, instant, listed, write_rules

PEOPLE = [listed("p1", roster_id_state="damaged"), listed("p2")]


def test_every_kept_run_replays_the_same_whatever_came_later(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    made = [
        nights.night(DAY, PEOPLE, [car("p2")]).run_id,
        nights.night(DAY + timedelta(days=1), PEOPLE, []).run_id,
        nights.publish(nights.asked(DAY, RunKind.BACKFILL, instant(DAY) + timedelta(days=1))).run_id,
    ]
    current = runs.current(ledger)
    lives = findings.living(ledger)
    outcomes = replay(None, ledger=ledger, settings=settings)
    assert {outcome.run_id for outcome in outcomes} == set(made)
    assert all(outcome.same and outcome.changed == [] for outcome in outcomes)
    assert runs.current(ledger) == current
    assert findings.living(ledger).equals(lives)
    assert {path.name for path in (settings.home / "runs").iterdir()} == set(made)
    replays = [runs.get(ledger, outcome.replay_id) for outcome in outcomes]
    assert {run.kind for run in replays} == {RunKind.REPLAY}
    assert not any((settings.home / "work" / run.run_id).exists() for run in replays)


def test_one_finding_is_replayed_by_its_key(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    nights.night(DAY, PEOPLE, [car("p2")])
    for key in published_findings(settings=settings)["finding_key"]:
        [outcome] = replay(key[:10], ledger=ledger, settings=settings)
        assert (outcome.finding_key, outcome.same) == (key, True)


def test_a_changed_rule_shows_as_a_difference_with_its_cause(nights: Nights) -> None:
    ledger, settings = nights.centre.ledger, nights.centre.settings
    run_id = nights.night(DAY, PEOPLE, [car("p2")]).run_id
    keys = dict(published_findings(settings=settings).select("rule", "finding_key").rows())
    write_rules(settings.rules_folder, vehicles="withdrawn")
    [outcome] = replay(run_id, ledger=ledger, settings=settings)
    assert not outcome.same
    assert outcome.changed == ["rules/property/vehicle_on_record.yml"]
    assert "different" in str(outcome)
    [gone] = replay(keys["R-VEH-01"], ledger=ledger, settings=settings)
    [stays] = replay(keys["R-ID-01"], ledger=ledger, settings=settings)
    assert (gone.same, gone.replayed, stays.same) == (False, "no such finding", True)


def test_an_unknown_name_is_the_operators_question(nights: Nights) -> None:
    nights.night(DAY, PEOPLE)
    with pytest.raises(OperatorError, match=r"replay\.unknown"):
        replay("nothing", ledger=nights.centre.ledger, settings=nights.centre.settings)
