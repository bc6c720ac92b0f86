from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.warehouse.centre import DAY, Centre, Row, member, signed

CELL = ("p0000001", "contribution", "contribution", "2026-05-01")


def contributed(person: str) -> Row:
    return {"person_key": person, "settlement_month": date(2026, 5, 1), "payer_code": "employer"}


def begin(centre: Centre, *signatures: Row) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000001", "p0000002", relation_code="spouse"))
    centre.deliver("authorisation", "20260615", signatures)
    centre.deliver("contribution", "202605", [contributed("p0000001"), contributed("p0000002")])


def test_a_new_member_without_an_authorisation_is_not_looked_at_and_the_others_are(centre: Centre) -> None:
    begin(centre, signed("p0000002"))
    night = centre.join()
    assert night.rows("select person_key from contribution_any_grade") == [("p0000002",)]
    assert night.cell(*CELL) == ("could_not_look", "no_authorisation")
    assert night.cell("p0000002", *CELL[1:]) == ("found", None)


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        ({"valid_to_date": DAY}, ("found", None)),
        ({"valid_to_date": date(2026, 6, 19)}, ("could_not_look", "authorisation_lapsed")),
        ({"valid_from_date": DAY}, ("found", None)),
        ({"valid_from_date": date(2026, 6, 21)}, ("could_not_look", "authorisation_not_begun")),
        ({"signed_date": None}, ("could_not_look", "authorisation_not_signed")),
        ({"scope_code": "contribution"}, ("found", None)),
        ({"scope_code": "vehicle"}, ("could_not_look", "no_authorisation")),
        ({"refused_by": "to_before_from"}, ("could_not_look", "no_authorisation")),
        ({"name_relation": "different"}, ("could_not_look", "no_authorisation")),
    ],
)
def test_an_authorisation_counts_from_its_first_to_its_last_day(
    centre: Centre, change: dict[str, Any], cell: tuple[str, str | None]
) -> None:
    begin(centre, signed("p0000001", **change))
    night = centre.join()
    assert night.cell(*CELL) == cell
    assert night.rows("select count(*) from contribution") == [(int(cell[0] == "found"),)]


def test_one_valid_authorisation_among_lapsed_ones_is_enough(centre: Centre) -> None:
    begin(centre, signed("p0000001", valid_to_date=date(2025, 1, 1)), signed("p0000001"))
    assert centre.join().cell(*CELL) == ("found", None)


@pytest.mark.parametrize(("signer", "value"), [("self", "could_not_look"), ("guardian", "found")])
def test_a_child_under_fourteen_cannot_sign_for_itself(centre: Centre, signer: str, value: str) -> None:
    centre.roster(member("h0000001", "p0000001", birth_date=date(2015, 1, 1), relation_code="child"))
    centre.deliver("authorisation", "20260615", [signed("p0000001", signer_code=signer)])
    centre.deliver("contribution", "202605", [contributed("p0000001")])
    assert centre.join().cell(*CELL)[0] == value


def test_a_source_that_rests_on_statute_needs_no_signature(centre: Centre) -> None:
    begin(centre)
    centre.deliver("cremation", "202605", [{"person_key": "p0000001", "death_date": date(2026, 5, 2)}])
    assert centre.join().rows("select person_key, origin from death") == [("p0000001", "funeral_service")]


def test_an_unauthorised_persons_candidates_are_not_put_before_people(centre: Centre) -> None:
    given = {"姓名": "李秀英", "身份证号": "11010519491231002X"}
    centre.roster(member("h0000001", "p0000001", given=given))
    row = {**contributed("p0000001"), "name_relation": "different", "given": {**given, "姓名": "赵刚"}}
    centre.deliver("contribution", "202605", [row])
    night = centre.join()
    assert night.rows("select * from identity_queue") == []
    assert night.rows("select * from match where source = 'contribution'") == []
    assert night.cell(*CELL) == ("could_not_look", "no_authorisation")
