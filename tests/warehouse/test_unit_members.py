"""Who belongs to the assistance unit on the day, and whose word takes a person out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.warehouse.centre import DAY, Centre, Row, member

SPOUSE = member("h0000001", "p0000002", relation_code="spouse")
ASKED = "select counted, reason_code, reason_source, since_date from unit_member where person_key = 'p0000002'"
COUNTED = [(True, None, None, date(2024, 1, 1))]


def event(code: str, day: date, **values: Any) -> Row:
    """A change in the hukou register, registered the same day."""
    return {"person_key": "p0000002", "event_code": code, "event_date": day, "registered_date": day, **values}


def test_everyone_on_the_case_is_counted_since_its_approval_though_not_everyone_is_covered(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), {**SPOUSE, "covered": False})
    assert centre.join().rows("select person_key, covered, counted, since_date from unit_member") == [
        ("p0000001", True, True, date(2024, 1, 1)),
        ("p0000002", False, True, date(2024, 1, 1)),
    ]


@pytest.mark.parametrize("reason", ["prison", "detox", "conscript", "clergy", "missing"])
def test_whom_civil_affairs_noted_as_no_member_is_not_counted_and_the_row_is_named(centre: Centre, reason: str) -> None:
    centre.roster(
        member("h0000001", "p0000001"),
        {**SPOUSE, "not_counted_code": reason, "not_counted_since_date": date(2025, 3, 4)},
    )
    night = centre.join()
    assert night.rows(ASKED) == [(False, reason, "roster", date(2025, 3, 4))]
    [(named, row_key)] = night.rows("""
        select reason_row_keys, row_key from unit_member join member using (household_key, person_key)
        where reason_code is not null
    """)
    assert named == row_key


def test_a_note_of_tomorrow_takes_nobody_out_today(centre: Centre) -> None:
    noted = {**SPOUSE, "not_counted_code": "prison", "not_counted_since_date": DAY}
    centre.roster(member("h0000001", "p0000001"), noted)
    assert centre.join(DAY).rows(ASKED) == [(False, "prison", "roster", DAY)]
    assert centre.join(date(2026, 6, 19)).rows(ASKED) == COUNTED


def test_a_refused_roster_row_takes_nobody_out(centre: Centre) -> None:
    noted = {**SPOUSE, "not_counted_code": "prison", "refused_by": "benefit_is_an_amount"}
    centre.roster(member("h0000001", "p0000001"), noted)
    assert centre.join().rows(ASKED) == COUNTED


@pytest.mark.parametrize(("code", "reason"), [("enlisted", "conscript"), ("arrested", "prison")])
def test_the_register_takes_conscripts_and_prisoners_out_from_the_day_on(
    centre: Centre, code: str, reason: str
) -> None:
    centre.roster(member("h0000001", "p0000001"), SPOUSE)
    centre.deliver("hukou_change", "202604", [event(code, date(2026, 4, 9))])
    assert centre.join().rows(ASKED) == [(False, reason, "hukou_change", date(2026, 4, 9))]


def test_who_came_back_into_the_register_is_counted_again(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), SPOUSE)
    gone, back = event("enlisted", date(2026, 3, 9)), event("move_in", date(2026, 4, 20))
    centre.deliver("hukou_change", "202604", [back, gone])
    assert centre.join().rows(ASKED) == COUNTED


def test_a_change_whose_day_cannot_be_read_counts_from_the_day_of_its_entry(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), SPOUSE)
    gone = {**event("enlisted", date(2026, 3, 9)), "event_date": None}
    centre.deliver("hukou_change", "202604", [gone])
    assert centre.join().rows(ASKED) == [(False, "conscript", "hukou_change", date(2026, 3, 9))]


def test_who_came_back_on_a_day_that_cannot_be_read_is_counted_again(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), SPOUSE)
    gone, back = event("enlisted", date(2026, 3, 9)), event("move_in", date(2026, 4, 20))
    centre.deliver("hukou_change", "202604", [{**back, "event_date": None}, gone])
    assert centre.join().rows(ASKED) == COUNTED


def test_moving_away_and_going_abroad_take_nobody_out_of_the_unit(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), SPOUSE)
    events = [event(code, date(2026, 4, 9)) for code in ("move_out", "emigrated", "hk_macau", "split")]
    centre.deliver("hukou_change", "202604", events)
    assert centre.join().rows(ASKED) == COUNTED


@pytest.mark.parametrize("name_relation", ["different", "missing"])
def test_a_row_below_finding_grade_takes_nobody_out(centre: Centre, name_relation: str) -> None:
    centre.roster(member("h0000001", "p0000001"), SPOUSE)
    doubtful = event("enlisted", date(2026, 4, 9), name_relation=name_relation)
    died = {"person_key": "p0000002", "death_date": date(2026, 4, 2), "name_relation": name_relation}
    centre.deliver("hukou_change", "202604", [doubtful])
    centre.deliver("cremation", "202604", [died])
    assert centre.join().rows(ASKED) == COUNTED


def test_a_death_takes_a_person_out_whatever_else_is_said_with_all_its_rows(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), {**SPOUSE, "not_counted_code": "missing"})
    centre.deliver("hukou_change", "202604", [event("death", date(2026, 4, 3))])
    centre.deliver("cremation", "202604", [{"person_key": "p0000002", "death_date": date(2026, 4, 2)}])
    night = centre.join()
    assert night.rows(ASKED) == [(False, "dead", "cremation hukou_change", date(2026, 4, 2))]
    [(keys,)] = night.rows("select reason_row_keys from unit_member where not counted")
    assert len(keys.split()) == 2


def test_one_register_snapshot_with_an_old_and_a_valid_row_keeps_the_person(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), SPOUSE)
    gone = {"status_code": "cancelled", "change_reason_code": "arrested", "change_date": date(2025, 9, 1)}
    rows = [{"person_key": "p0000002", **gone}, {"person_key": "p0000002", "status_code": "valid"}]
    centre.deliver("hukou", "20260331", rows[:1])
    assert centre.join().rows(ASKED) == [(False, "prison", "hukou", date(2025, 9, 1))]
    centre.deliver("hukou", "20260430", rows)
    assert centre.join().rows(ASKED) == COUNTED


def test_a_person_in_two_cases_is_taken_out_of_the_one_that_noted_it(centre: Centre) -> None:
    noted = {**SPOUSE, "household_key": "h0000002", "not_counted_code": "clergy"}
    centre.roster(member("h0000001", "p0000001"), SPOUSE, noted)
    rows = centre.join().rows("select household_key, counted from unit_member where person_key = 'p0000002'")
    assert rows == [("h0000001", True), ("h0000002", False)]
