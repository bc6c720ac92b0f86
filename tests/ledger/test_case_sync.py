"""What nights do to cases: opened, gone on, lapsed, reopened; people's decisions stand until there is news."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import func, select

from core.moment import today
from ledger import case_budget, cases, keys
from ledger.case_schema import case_, case_event, flag
from ledger.case_words import FlagState, Kind, Status
from tests.ledger.workplace import HERE, Workplace, asked, home


def states(place: Workplace, household: str) -> list[tuple[str, int, str]]:
    return [(one.finding_key, one.revision, one.state.value) for one in place.flags(place.case(household).case_id)]


def test_a_household_with_findings_gets_one_case_and_a_flag_for_each(place: Workplace) -> None:
    told = place.night(
        asked("f1", "h1"), asked("f2", "h1", severity="amount", difference_yuan=120.5), asked("f3", "h2")
    )
    assert told == {"opened": 2, "released": 2}
    case = place.case("h1")
    assert (case.status, case.flag_count, case.severity, case.rule_top) == (Status.NEW, 2, "eligibility", "R-VEH-01")
    assert (case.difference_fen, case.county_code, case.member_count) == (12050, "210106", 2)
    assert [one.name_masked for one in cases.members(place.desk, HERE, case.case_id)] == ["王**", "李*"]


def test_the_days_until_a_case_is_due_begin_when_people_can_whatever_day_the_run_looks_at(place: Workplace) -> None:
    place.day = date(2020, 2, 3)
    began = today()
    place.night(asked("f1", "h1"))
    days = timedelta(days=place.desk.settings.case_due_days)
    assert began + days <= place.case("h1").due_date <= today() + days


def test_a_quiet_night_changes_nothing(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    before = place.case("h1")
    assert place.night(asked("f1", "h1")) == {}
    assert place.case("h1") == before


def test_the_same_run_advanced_again_changes_nothing(place: Workplace) -> None:
    run_id = place.begin()
    place.advance(run_id, asked("f1", "h1"), asked("f2", "h2"))
    with place.owner.read() as connection:
        before = connection.execute(select(case_, flag).join(flag)).all()
    assert place.advance(run_id, asked("f1", "h1"), asked("f2", "h2")) == {}
    with place.owner.read() as connection:
        assert connection.execute(select(case_, flag).join(flag)).all() == before


def test_news_supersedes_the_flag_and_counts_the_evidence_forward(place: Workplace) -> None:
    place.night(asked("f1", "h1", material='{"a": 1}'))
    place.night(asked("f1", "h1", material='{"a": 2}'))
    assert states(place, "h1") == [("f1", 1, "superseded"), ("f1", 2, "live")]
    assert place.case("h1").evidence_version == 2


def test_looked_for_and_not_found_ends_the_flag_and_lets_the_case_lapse(place: Workplace) -> None:
    place.night(asked("f1", "h1"), asked("f2", "h1"))
    place.night(asked("f2", "h1"))
    assert states(place, "h1") == [("f1", 1, "gone"), ("f2", 1, "live")]
    assert place.case("h1").flag_count == 1
    place.night(homes=[home("h1")])
    assert place.case("h1").status is Status.LAPSED


def test_what_could_not_be_looked_at_is_held_and_the_case_stays(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    place.night(homes=[home("h1")], could_look=False)
    assert states(place, "h1") == [("f1", 1, "held")]
    assert place.case("h1").status is Status.NEW
    place.night(asked("f1", "h1"))
    assert states(place, "h1") == [("f1", 1, "live")]


def test_every_end_of_a_finding_is_the_same_end_of_its_flag(place: Workplace) -> None:
    ends = {"f1": "left_roster", "f2": "rule_withdrawn", "f3": "grade_lost"}
    place.night(*(asked(key, "h1") for key in ends))
    place.night(homes=[], ends=ends)
    assert {key: state for key, _, state in states(place, "h1")} == ends


def test_a_lapsed_case_reopens_in_the_same_cycle_with_a_new_round(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    place.night(homes=[home("h1")])
    place.night(asked("f1", "h1"))
    case = place.case("h1")
    assert (case.status, case.round, case.evidence_version) == (Status.NEW, 2, 2)
    assert states(place, "h1") == [("f1", 1, "gone"), ("f1", 2, "live")]


def test_findings_are_released_by_the_budget_gravest_first_favourable_ones_alike(place: Workplace) -> None:
    case_budget.set_budget(place.desk, HERE, "210106", 2, by="chen", reason="two analysts")
    found = [
        asked("f1", "h1", severity="question"),
        asked("f2", "h2", severity="favourable"),
        asked("f3", "h3", severity="urgent"),
        asked("f4", "h4", severity="amount"),
    ]
    place.night(*found)
    assert [case.household_key for case in place.queue()] == ["h3", "h2"]
    assert case_budget.waiting(place.desk, HERE) == 2
    assert case_budget.set_budget(place.desk, HERE, "210106", 3, by="chen", reason="one more") == 1
    assert [case.household_key for case in place.queue()] == ["h3", "h2", "h4"]
    assert place.night(*found) == {"released": 1}


def test_a_narrower_budget_rules_its_own_region(place: Workplace) -> None:
    case_budget.set_budget(place.desk, HERE, "210106", 0, by="chen", reason="first nights")
    case_budget.set_budget(place.desk, HERE, "210106003", 1, by="chen", reason="one town begins")
    homes = [home("h1", "210106003002"), home("h2", "210106003003"), home("h3", "210106004001")]
    place.night(*(asked(f"f{one}", f"h{one}") for one in (1, 2, 3)), homes=homes)
    assert [case.household_key for case in place.queue()] == ["h1"]


def test_households_nobody_asks_about_are_drawn_by_run_and_household(place: Workplace) -> None:
    place.owner.settings.sample_share = 0.3
    homes = [home(f"h{number}") for number in range(200)]
    told = place.night(asked("f1", "h1"), homes=homes)
    drawn = {case.household_key for case in place.queue(kind=Kind.SAMPLE)}
    assert told["sampled"] == len(drawn)
    assert 30 < len(drawn) < 90
    assert "h1" not in drawn
    assert place.queue(kind=Kind.FLAGGED) == [place.case("h1")]
    again = place.night(asked("f1", "h1"), homes=homes)
    others = {case.household_key for case in place.queue(kind=Kind.SAMPLE)} - drawn
    assert again["sampled"] == len(others) > 0


def test_a_drawn_household_that_leaves_the_roster_is_asked_nothing_more(place: Workplace) -> None:
    place.owner.settings.sample_share = 1.0
    place.night(homes=[home("h1"), home("h2")])
    assert place.night(homes=[home("h2")])["left"] == 1
    assert place.case("h1").status is Status.LAPSED


def test_every_change_of_a_case_leaves_an_event_that_nobody_wrote_by_hand(place: Workplace) -> None:
    place.night(asked("f1", "h1"))
    place.night(homes=[home("h1")])
    case = place.case("h1")
    with place.owner.read() as connection:
        query = select(case_event.c.version, case_event.c.status, case_event.c.reason).order_by(case_event.c.sequence)
        told = [tuple(row) for row in connection.execute(query)]
    assert told == [(1, "waiting", "opened"), (2, "new", "released"), (3, "lapsed", "lapsed")]
    assert case.version == 3


def test_erasing_a_households_key_blanks_its_masked_names(place: Workplace) -> None:
    keys.create(place.owner, "household:h1")
    place.night(asked("f1", "h1"), asked("f2", "h2"))
    keys.erase(place.owner, "household:h1", "retention", "王燕")
    shown = {one: cases.members(place.desk, HERE, place.case(one).case_id)[0].name_masked for one in ("h1", "h2")}
    assert shown == {"h1": None, "h2": "王**"}


def test_a_large_night_is_written_in_one_go(place: Workplace) -> None:
    found = [asked(f"f{number}", f"h{number % 700}") for number in range(1000)]
    assert place.night(*found)["opened"] == 700
    with place.owner.read() as connection:
        told = Counter(connection.execute(select(flag.c.state)).scalars())
        assert connection.execute(select(func.count()).select_from(case_)).scalar_one() == 700
    assert told == {FlagState.LIVE: 1000}
