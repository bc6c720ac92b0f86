from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.moment import now
from ledger import deliveries, feeds
from tests.warehouse.centre import DAY, NIGHT, Centre, Row, member, signed

APRIL = ("p0000001", "cremation", "death", "2026-04-01")
MAY = ("p0000001", "cremation", "death", "2026-05-01")
SEEN: list[Row] = [{"person_key": "p0000001", "death_date": date(2026, 4, 1)}]


def test_a_month_that_was_looked_through_says_found_or_none(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("cremation", "202604", SEEN)
    night = centre.join()
    assert night.cell(*APRIL) == ("found", None)
    assert night.cell("p0000002", *APRIL[1:]) == ("none", None)


def test_every_person_has_one_cell_per_fact_and_month_and_a_reason_wherever_nobody_looked(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("cremation", "202602", [])
    centre.deliver("cremation", "202604", SEEN)
    centre.deliver("hukou_change", "202604", [])
    night = centre.join()
    assert night.rows("select 1 from coverage group by person_key, source, fact, month having count(*) > 1") == []
    assert night.rows("select 1 from coverage where (value = 'could_not_look') <> (reason is not null)") == []
    assert night.rows("select distinct value from coverage") == [("could_not_look",), ("found",), ("none",)]
    months = night.rows("select month from coverage where source = 'cremation' and person_key = 'p0000001'")
    assert [month for (month,) in months] == [date(2026, month, 1) for month in (2, 3, 4, 5)]


def test_a_gap_in_a_chain_of_months_could_not_be_looked_at(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202603", [])
    centre.deliver("cremation", "202605", [])
    night = centre.join()
    assert night.cell(*APRIL) == ("could_not_look", "gap_in_chain")
    assert night.cell(*MAY) == ("none", None)


@pytest.mark.parametrize(("day", "owed"), [(14, []), (15, [("could_not_look", "not_delivered")])])
def test_a_month_is_owed_from_the_day_the_card_expects_it(centre: Centre, day: int, owed: list[object]) -> None:
    centre.roster(member("h0000001", "p0000001"), when="20260601")
    centre.deliver("cremation", "202604", [])
    night = centre.join(date(2026, 6, day))
    assert night.rows("select value, reason from coverage where source = 'cremation' and month = '2026-05-01'") == owed


@pytest.mark.parametrize("state", ["refused", "held", "landed"])
def test_a_delivery_its_gate_did_not_accept_was_not_looked_at(centre: Centre, state: str) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", SEEN, state=state)
    night = centre.join()
    assert night.cell(*APRIL)[0] == "could_not_look"
    assert night.rows("select * from cremation_any_grade") == []


def test_a_corrected_delivery_fills_the_month_of_a_refused_one(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [], state="refused")
    centre.deliver("cremation", "202604_2", SEEN)
    assert centre.join().cell(*APRIL) == ("found", None)


def test_a_month_in_parts_is_whole_only_when_every_part_is_accepted(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("cremation", "202604_p1of2", SEEN)
    centre.deliver("cremation", "202604_p2of2", [], state="refused")
    night = centre.join()
    assert night.cell(*APRIL) == ("found", None)
    assert night.cell("p0000002", *APRIL[1:]) == ("could_not_look", "delivery_refused")


def test_a_month_of_which_a_part_never_came_is_not_whole(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("cremation", "202604_p1of2", SEEN)
    night = centre.join()
    assert night.cell(*APRIL) == ("found", None)
    assert night.cell("p0000002", *APRIL[1:]) == ("could_not_look", "part_not_delivered")
    centre.deliver("cremation", "202604_p2of2", [])
    assert centre.join().cell("p0000002", *APRIL[1:]) == ("none", None)


def test_a_third_of_a_register_takes_no_place_of_the_one_before_it(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("authorisation", "20260615", [signed("p0000001")])
    centre.deliver("vehicle", "20260515", [{"person_key": "p0000001", "use_code": "private"}])
    centre.deliver("vehicle", "20260615_p1of3", [])
    night = centre.join()
    assert night.rows("select use_code from vehicle") == [("private",)]
    assert night.cell("p0000001", "vehicle", "vehicle", "2026-05-01") == ("found", None)


def test_a_snapshot_that_is_too_old_finds_and_does_not_say_none(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("authorisation", "20260615", [signed("p0000001"), signed("p0000002")])
    centre.deliver("vehicle", "20260511", [{"person_key": "p0000001", "use_code": "private"}])
    fresh, old = centre.join(date(2026, 6, 20)), centre.join(date(2026, 6, 21))
    other = ("p0000002", "vehicle", "vehicle", "2026-05-01")
    assert fresh.cell(*other) == ("none", None)
    assert old.cell(*other) == ("could_not_look", "snapshot_too_old")
    assert old.cell("p0000001", *other[1:]) == ("found", None)


def test_a_row_that_could_be_the_persons_and_was_refused_forbids_none(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [{**SEEN[0], "refused_by": "cremated_before_death"}])
    assert centre.join().cell(*APRIL) == ("could_not_look", "row_refused")


def test_a_person_whose_own_number_is_damaged_cannot_be_looked_for(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", roster_id_state="damaged"), member("h0000002", "p0000002"))
    centre.deliver("cremation", "202604", [])
    night = centre.join()
    assert night.cell(*APRIL) == ("could_not_look", "no_usable_number")
    assert night.cell("p0000002", *APRIL[1:]) == ("none", None)
    assert night.cell("p0000001", "roster", "roster_membership", "2026-06-01") == ("found", None)


def test_a_household_outside_the_feeds_region_was_not_looked_for(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", region_code="420106001001"), member("h0000002", "p0000002"))
    centre.deliver("authorisation", "20260615", [signed("p0000001"), signed("p0000002")])
    centre.deliver("contribution", "202605", [])
    night = centre.join()
    cell = ("contribution", "contribution", "2026-05-01")
    assert night.cell("p0000001", *cell) == ("could_not_look", "region_not_covered")
    assert night.cell("p0000002", *cell) == ("none", None)


def test_a_delivery_never_searched_for_a_new_member_could_not_be_looked_at_for_them_alone(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    erased = centre.deliver("cremation", "202604", [], searched=[{"p0000001"}])
    centre.deliver("cremation", "202605", [], searched=[{"p0000001"}, {"p0000002"}])
    centre.deliver("hukou_change", "202604", [], searched=[])
    night = centre.join()
    assert night.cell(*APRIL) == ("none", None)
    assert night.cell("p0000002", *APRIL[1:]) == ("could_not_look", "not_extracted")
    assert night.cell("p0000002", *MAY[1:]) == ("none", None)
    assert night.cell("p0000001", "hukou_change", "death", "2026-04-01") == ("could_not_look", "not_extracted")
    deliveries.add_event(centre.ledger, erased, "purged", {}, at=NIGHT)
    assert centre.join().cell("p0000002", *APRIL[1:]) == ("could_not_look", "raw_file_erased")


def test_a_fact_is_answered_by_the_rows_that_speak_of_it(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("hukou_change", "202604", [{"person_key": "p0000001", "event_code": "move_out"}])
    night = centre.join()
    assert night.cell("p0000001", "hukou_change", "hukou_event", "2026-04-01") == ("found", None)
    assert night.cell("p0000001", "hukou_change", "death", "2026-04-01") == ("none", None)


def test_a_payment_speaks_of_every_member_of_the_household(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000001", "p0000002", relation_code="child"))
    paid = {"household_key": "h0000001", "person_key": None, "id_basis": "case", "payment_month": date(2026, 5, 1)}
    centre.deliver("payroll", "202605", [paid])
    night = centre.join()
    assert night.rows("select household_key, match_grade from payment") == [("h0000001", "A")]
    assert night.cell("p0000002", "payroll", "payment", "2026-05-01") == ("found", None)


@pytest.mark.parametrize("source", ["cremation", "hukou_change", "contribution", "vehicle", "payroll"])
def test_pausing_a_feed_turns_none_of_its_cells_into_none(centre: Centre, source: str) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("authorisation", "20260615", [signed("p0000001"), signed("p0000002")])
    centre.deliver("cremation", "202604", SEEN)
    centre.deliver("hukou_change", "202604", [{"person_key": "p0000001", "event_code": "death"}])
    centre.deliver("contribution", "202605", [{"person_key": "p0000001"}])
    centre.deliver("vehicle", "20260615", [{"person_key": "p0000001"}])
    centre.deliver("payroll", "202605", [{"household_key": "h0000001", "person_key": "p0000001"}])
    before = centre.join(DAY, now())
    feeds.pause(centre.ledger, source, "份额异常", "data steward")
    after = centre.join(DAY, now())
    asked = f"select person_key, fact, month, value from coverage where source = '{source}'"  # noqa: S608
    found = [row for row in before.rows(asked) if row[3] == "found"]
    assert found
    assert [row for row in after.rows(asked) if row[3] == "found"] == found
    assert [row for row in after.rows(asked) if row[3] == "none"] == []
    assert after.rows(f"select reason from feed_health where source = '{source}'") == [("份额异常",)]  # noqa: S608


def test_what_lands_behind_a_pause_is_not_read(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    feeds.pause(centre.ledger, "cremation", "份额异常", "data steward")
    centre.deliver("cremation", "202604", SEEN, landed_at=now() + timedelta(seconds=1))
    later = now() + timedelta(minutes=1)
    night = centre.join(DAY, later)
    assert night.cell(*APRIL) == ("could_not_look", "delivery_paused")
    assert night.rows("select * from death") == []


def test_a_search_under_an_old_number_is_no_search_for_the_corrected_one(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), when="20260515")
    centre.deliver("cremation", "202604", [])
    centre.known_as["p0000001"] = "the corrected number"
    centre.roster(member("h0000001", "p0000001"), when="20260615")
    centre.deliver("cremation", "202605", [])
    night = centre.join()
    assert night.cell(*APRIL) == ("could_not_look", "not_extracted")
    assert night.cell(*MAY) == ("none", None)
