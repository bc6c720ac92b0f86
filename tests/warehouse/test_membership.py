from __future__ import annotations

from datetime import date

import pytest

from core.errors import OperatorError
from tests.warehouse.centre import Centre, member


def test_a_household_is_in_from_the_day_of_its_approval(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", approved_date=date(2026, 6, 20)))
    assert centre.join(date(2026, 6, 20)).rows("select person_key from member") == [("p0000001",)]
    assert centre.join(date(2026, 6, 19)).rows("select person_key from member") == []


def test_a_household_is_out_on_the_day_its_benefit_stops(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", stop_date=date(2026, 6, 20)))
    assert centre.join(date(2026, 6, 19)).rows("select household_key from household") == [("h0000001",)]
    assert centre.join(date(2026, 6, 20)).rows("select household_key from household") == []


def test_the_latest_roster_as_of_the_day_says_who_is_a_member(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), when="20260515")
    centre.roster(member("h0000002", "p0000002"), when="20260615")
    assert centre.join(date(2026, 6, 14)).rows("select person_key from member") == [("p0000001",)]
    assert centre.join(date(2026, 6, 15)).rows("select person_key from member") == [("p0000002",)]


def test_a_refused_roster_leaves_the_last_good_one_standing(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), when="20260515")
    centre.roster(member("h0000002", "p0000002"), when="20260615", state="refused")
    assert centre.join().rows("select person_key from member") == [("p0000001",)]


def test_a_refused_roster_row_still_names_a_member(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", refused_by="benefit_below_zero"))
    night = centre.join()
    assert night.rows("select person_key from member") == [("p0000001",)]
    assert night.rows("select person_key from roster_member") == []


def test_a_member_copied_twice_is_one_member_and_one_in_two_cases_is_two(centre: Centre) -> None:
    spouse = member("h0000001", "p0000002", relation_code="spouse")
    centre.roster(member("h0000001", "p0000001"), spouse, spouse, member("h0000002", "p0000002"))
    night = centre.join()
    assert night.rows("select household_key, person_key from member") == [
        ("h0000001", "p0000001"),
        ("h0000001", "p0000002"),
        ("h0000002", "p0000002"),
    ]
    assert night.rows("select household_key, member_count from household") == [("h0000001", 2), ("h0000002", 1)]


def test_a_household_is_described_by_its_heads_row(centre: Centre) -> None:
    child = member("h0000001", "p0000002", relation_code="child", management_class_code="C")
    centre.roster(child, member("h0000001", "p0000001", management_class_code="A"))
    assert centre.join().rows("select management_class_code from household") == [("A",)]


def test_without_any_roster_the_run_says_who_must_act(centre: Centre) -> None:
    with pytest.raises(OperatorError, match=r"warehouse\.no_roster"):
        centre.join()
