"""A rule that reviewers keep excluding goes to shadow by itself, and comes back when a person releases it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from core.moment import Moment, RunKind, now, today
from core.settings import Settings
from ledger import case_work, decisions, runs, users
from ledger.case_words import Answer, FlagState, Outcome, Role, Verdict
from ledger.cases import Case, Flag, flags
from ledger.desk import open_desk
from ledger.run import open_ledger
from ledger.scope import Scope
from ledger.users import NewUser
from publish import night
from publish.folder import run_folder
from publish.manifest import read_manifest
from publish.policy_sets import put, release, releases
from publish.precision import BY, measured
from publish.verify import verify_audit
from tests.ledger.workplace import Workplace
from tests.publish.nights import DAY, Nights, car, listed, write_rules
from tests.warehouse.centre import Centre
from tests.warehouse.rooms import write_rooms

COUNTY = "421002"
HERE = Scope((COUNTY,))
RULE = "R-VEH-01"
LEAST = 20
"""Reviews before a rule is judged (`precision_least_reviews`)."""
PEOPLE = [f"p{number}" for number in range(1, LEAST + 3)]
SAID = {"evidence": {"shown": ["f"]}, "rule_versions": {RULE: "v"}}


@dataclass
class Reviewed:
    """A centre whose nights ask by the released set, and people who decide what the nights ask."""

    nights: Nights
    place: Workplace
    day: date = DAY
    folders: list[Path] = field(default_factory=list)

    def night(self) -> Path:
        """The next night, by the doors that the DAG calls; the folder it published."""
        self.nights.deliver(self.day, map(listed, PEOPLE), [car(person, f"t-{person}") for person in PEOPLE])
        run_id = runs.begin(self.nights.centre.ledger, Moment(self.day, now()), RunKind.NIGHTLY)
        night.join(run_id)
        night.ask(run_id)
        told = night.publish(run_id)
        assert told["accepted"], told["reasons"]
        self.day += timedelta(days=1)
        self.folders.append(run_folder(self.nights.centre.settings, run_id))
        return self.folders[-1]

    def first(self, case: Case) -> None:
        """An analyst finds that the household had declared it."""
        desk = self.place.desk
        taken = case_work.claim(desk, HERE, case.case_id, by="li", version=case.version)
        given = {flag.flag_id: Verdict.DECLARED for flag in self.flags(case) if flag.open}
        told = {"outcome": Outcome.EXPLAINED, "reason_code": "R1", "note": "已申报", **SAID}
        decisions.first(desk, HERE, case.case_id, by="li", version=taken.version, verdicts=given, **told)

    def second(self, case: Case, answer: Answer = Answer.AGREE) -> None:
        """A reviewer answers."""
        waiting = next(one for one in self.place.queue(HERE) if one.case_id == case.case_id)
        told = {"answer": answer, "note": "" if answer is Answer.AGREE else "再核", **SAID}
        decisions.second(self.place.desk, HERE, case.case_id, by="wang", version=waiting.version, **told)

    def flags(self, case: Case) -> list[Flag]:
        """The flags of a case, ended ones too."""
        return flags(self.place.desk, HERE, case.case_id)

    def asked(self, folder: Path) -> int:
        """How many questions of the rule a run shows."""
        return len(pl.read_parquet(folder / "finding.parquet").filter(pl.col("rule") == RULE))

    def state(self, folder: Path) -> tuple[str, int]:
        """The rule's state in a run, and how many questions it counted."""
        told = pl.read_parquet(folder / "rule_run.parquet").filter(pl.col("rule") == RULE)
        return told.select("state", "findings").row(0)


@pytest.fixture
def reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reviewed:
    places = {"HOME": tmp_path / "home", "SOURCES_FOLDER": write_rooms(tmp_path / "rooms")}
    told = {**places, "RULES_FOLDER": write_rules(tmp_path / "rules"), "BLIND_SHARE": 0.0, "SAMPLE_SHARE": 0.0}
    for name, value in told.items():
        monkeypatch.setenv(f"HEDUI_{name}", str(value))
    settings = Settings()
    nights = Nights(Centre(settings, open_ledger(settings)))
    place = Workplace(open_desk(settings), open_ledger(settings), today())
    administrators = [NewUser(name, f"n-{name}", name) for name in ("system", "security")]
    users.first_administrators(place.ledger, *administrators)
    place.hire("li", Role.ANALYST, COUNTY)
    place.hire("wang", Role.REVIEWER, COUNTY)
    release(nights.centre.ledger, settings, by="王燕", note="首次发布")
    return Reviewed(nights, place)


def test_enough_exclusions_put_a_rule_into_shadow_and_a_person_takes_it_back(reviewed: Reviewed) -> None:
    ledger, settings = reviewed.nights.centre.ledger, reviewed.nights.centre.settings
    first = reviewed.night()
    assert (reviewed.asked(first), reviewed.state(first)) == (len(PEOPLE), ("released", len(PEOPLE)))
    cases = reviewed.place.queue(HERE)
    for case in cases[:LEAST]:
        reviewed.first(case)
    for case in cases[: LEAST - 1]:
        reviewed.second(case)
    assert [(one.rule, one.confirmed, one.settled) for one in measured(ledger)] == [(RULE, 0, LEAST - 1)]
    assert reviewed.state(reviewed.night())[0] == "released"
    assert len(releases(ledger)) == 1

    reviewed.second(cases[LEAST - 1])
    assert reviewed.state(reviewed.night())[0] == "released"
    fallen = releases(ledger)[-1]
    assert (len(releases(ledger)), fallen.by) == (2, BY)
    assert f"复核{LEAST}件，属实0件" in fallen.note

    shadowed = reviewed.night()
    assert (reviewed.asked(shadowed), reviewed.state(shadowed)) == (0, ("shadow", len(PEOPLE)))
    [banner] = read_manifest(shadowed)["banners"]
    assert f"复核{LEAST}件" in banner["zh"]
    assert f"0 of {LEAST} confirmed" in banner["en"]
    assert {flag.state for case in cases for flag in reviewed.flags(case)} == {FlagState.RULE_WITHDRAWN}
    assert verify_audit(ledger, settings).whole

    put(ledger, settings, RULE, "released", by="王燕", note="参数已改正")
    back = reviewed.night()
    assert (reviewed.asked(back), reviewed.state(back)) == (len(PEOPLE), ("released", len(PEOPLE)))
    assert read_manifest(back)["banners"] == []
    assert measured(ledger) == []
    assert len(releases(ledger)) == 3


def test_what_the_second_person_returned_is_nobodys_verdict(reviewed: Reviewed) -> None:
    reviewed.night()
    [agreed, returned, waiting] = reviewed.place.queue(HERE)[:3]
    for case in (agreed, returned, waiting):
        reviewed.first(case)
    reviewed.second(agreed)
    reviewed.second(returned, Answer.RETURN)
    assert [one.settled for one in measured(reviewed.nights.centre.ledger)] == [1]
