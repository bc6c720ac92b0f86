from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from core.errors import HeduiError
from core.moment import now
from ledger import deliveries, feeds
from tests.warehouse.centre import DAY, NIGHT, Centre, Row, member, signed
from warehouse.canonical import table_hashes

DEATH: Row = {"person_key": "p0000001", "death_date": date(2026, 4, 1)}


def hashes(path: object) -> dict[str, str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return table_hashes(connection)


def test_a_delivery_at_three_is_not_known_at_two(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    before = hashes(centre.join(DAY, NIGHT).path)
    centre.deliver("cremation", "202604", [DEATH], landed_at=NIGHT + timedelta(hours=1))
    again = centre.join(DAY, NIGHT)
    assert hashes(again.path) == before
    assert centre.join(DAY, NIGHT + timedelta(hours=2)).rows("select person_key from death") == [("p0000001",)]


def test_the_same_moment_twice_gives_equal_tables(centre: Centre) -> None:
    given = {"姓名": "李秀英", "身份证号": "11010519491231002X"}
    persons = [member(f"h{n:07d}", f"p{n:07d}", given=given) for n in range(1, 30)]
    centre.roster(*persons)
    rows = [{**DEATH, "person_key": f"p{n:07d}", "name_relation": "different", "given": given} for n in range(1, 30)]
    centre.deliver("cremation", "202604", rows)
    first, second = centre.join(), centre.join()
    assert first.path != second.path
    assert hashes(first.path) == hashes(second.path)
    assert len(set(hashes(first.path).values())) > 5


def test_what_is_about_a_later_day_is_not_read(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), when="20260401")
    centre.deliver("cremation", "202604", [DEATH])
    assert centre.join(date(2026, 3, 31) + timedelta(days=1)).rows("select count(*) from death") == [(1,)]
    early = centre.roster(member("h0000001", "p0000001"), when="20260301")
    assert early
    assert centre.join(date(2026, 3, 31)).rows("select count(*) from death") == [(0,)]


def test_a_row_sent_again_for_its_month_and_one_brought_by_two_subject_sets_stand_once(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    twice = {**DEATH, "row_hash": "a" * 32}
    centre.deliver("cremation", "202604_p1of2", [twice], searched=[{"p0000001"}, {"p0000001", "p0000009"}])
    centre.deliver("cremation", "202604_p2of2", [twice])
    night = centre.join()
    assert night.rows("select count(*) from cremation") == [(1,)]
    assert night.rows("select count(*) from match where source = 'cremation'") == [(1,)]


@pytest.mark.parametrize("known_as", ["aa", "zz"])
def test_a_person_known_better_since_is_found_as_the_latest_reading_found_them(centre: Centre, known_as: str) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.known_as["p0000001"] = "mm"
    before, since = {**DEATH, "id_basis": "id15"}, {**DEATH, "id_basis": "id18"}
    delivery_id = centre.deliver("cremation", "202604", [before])
    centre.known_as["p0000001"] = known_as
    centre.read_again(delivery_id, "cremation", [since])
    assert centre.join().rows("select match_grade from cremation") == [("A",)]


def test_a_corrected_month_takes_the_place_of_what_was_said_and_of_its_parts(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("cremation", "202604_p1of2", [DEATH])
    centre.deliver("cremation", "202604_p2of2", [{**DEATH, "person_key": "p0000002"}])
    assert len(centre.join().rows("select * from death")) == 2
    centre.deliver("cremation", "202604_2", [{**DEATH, "person_key": "p0000002"}])
    night = centre.join()
    assert night.rows("select person_key from death") == [("p0000002",)]
    assert night.cell("p0000001", "cremation", "death", "2026-04-01") == ("none", None)


def test_a_corrected_part_leaves_the_other_parts_standing(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), member("h0000002", "p0000002"))
    centre.deliver("cremation", "202604_p1of2", [DEATH])
    centre.deliver("cremation", "202604_p2of2", [{**DEATH, "person_key": "p0000002"}])
    centre.deliver("cremation", "202604_p1of2_2", [])
    assert centre.join().rows("select person_key from death") == [("p0000002",)]


def test_a_corrected_register_takes_the_place_of_the_one_of_its_day_however_late_the_first_landed(
    centre: Centre,
) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("authorisation", "20260615", [signed("p0000001")])
    day = timedelta(days=1)
    centre.deliver("vehicle", "20260615_2", [], landed_at=NIGHT - 2 * day)
    centre.deliver("vehicle", "20260615", [{"person_key": "p0000001", "use_code": "taxi"}], landed_at=NIGHT - day)
    assert centre.join().rows("select use_code from vehicle") == []


def test_a_correction_of_the_tenth_saying_beats_the_ninth(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604_10", [DEATH])
    centre.deliver("cremation", "202604_9", [])
    assert centre.join().rows("select person_key from death") == [("p0000001",)]


def test_a_correction_that_came_later_changes_nothing_for_an_earlier_instant(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [DEATH])
    centre.deliver("cremation", "202604_2", [], landed_at=NIGHT + timedelta(hours=1))
    assert centre.join().rows("select person_key from death") == [("p0000001",)]


def test_a_correction_that_its_gate_refused_leaves_what_was_said_before(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [DEATH])
    centre.deliver("cremation", "202604_2", [], state="refused")
    night = centre.join()
    assert night.rows("select person_key from death") == [("p0000001",)]
    assert night.cell("p0000001", "cremation", "death", "2026-04-01") == ("found", None)


def test_a_register_stated_again_for_a_later_day_stands_as_of_that_day_from_when_it_came(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"), when="20260515")
    centre.deliver("authorisation", "20260515", [signed("p0000001")])
    taxi: Row = {"person_key": "p0000001", "use_code": "taxi"}
    may = centre.deliver("vehicle", "20260515", [taxi])
    centre.deliver("vehicle", "20260601", [])
    said = {"file_name": "vehicle_20260615.csv", "modified_ns": "1", "as_of": "2026-06-15"}
    deliveries.add_event(centre.ledger, may, "duplicate_received", said, NIGHT + timedelta(hours=1))
    assert centre.join().rows("select * from vehicle") == []
    later = centre.join(DAY, NIGHT + timedelta(hours=2))
    assert later.rows("select use_code from vehicle") == [("taxi",)]
    assert later.cell("p0000001", "vehicle", "vehicle", "2026-06-01") == ("found", None)
    before_june = centre.join(date(2026, 5, 20), NIGHT + timedelta(hours=2))
    assert before_june.rows("select as_of from run_delivery where source = 'vehicle'") == [(date(2026, 5, 15),)]


def test_what_is_stated_again_behind_a_pause_takes_nothing_from_what_was_said_before(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("authorisation", "20260615", [signed("p0000001")])
    may = centre.deliver("vehicle", "20260515", [{"person_key": "p0000001", "use_code": "taxi"}])
    feeds.pause(centre.ledger, "vehicle", "核实中", "王燕")
    told_at = now()
    said = {"file_name": "vehicle_20260615.csv", "modified_ns": "1", "as_of": "2026-06-15"}
    deliveries.add_event(centre.ledger, may, "duplicate_received", said, told_at)
    night = centre.join(DAY, told_at + timedelta(seconds=1))
    assert night.rows("select use_code from vehicle") == [("taxi",)]
    assert night.rows("select as_of, used from run_delivery where source = 'vehicle'") == [(date(2026, 5, 15), True)]


def test_a_corrected_number_keeps_the_person_and_what_was_found_before(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", roster_id_state="damaged"), when="20260515")
    centre.deliver("cremation", "202604", [DEATH])
    centre.roster(member("h0000001", "p0000001"), when="20260615")
    before, after = centre.join(date(2026, 6, 1)), centre.join()
    for night in (before, after):
        assert night.rows("select person_key from death") == [("p0000001",)]


def test_two_origins_of_one_death_stand_apart(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [DEATH])
    centre.deliver("hukou_change", "202605", [{"person_key": "p0000001", "event_code": "death"}])
    assert centre.join().rows("select distinct origin from death") == [("funeral_service",), ("public_security",)]


def test_a_run_limited_to_sources_reads_no_others(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [DEATH])
    centre.deliver("hukou_change", "202604", [{"person_key": "p0000001", "event_code": "death"}])
    night = centre.join(sources=["cremation"])
    assert night.rows("select source from death") == [("cremation",)]
    assert night.rows("select distinct source from coverage") == [("authorisation",), ("cremation",), ("roster",)]


def test_a_join_that_was_killed_is_built_again_whole(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    night = centre.join()
    whole = hashes(night.path)
    night.path.with_suffix(".part").write_bytes(b"half a file")
    run_id = night.path.parent.name
    assert hashes(centre.join_again(run_id)) == whole
    assert list(night.path.parent.iterdir()) == [night.path]


def test_a_broken_extract_is_an_error_that_quotes_no_row(centre: Centre) -> None:
    given = {"姓名": "李秀英", "身份证号": "11010519491231002X"}
    centre.roster(member("h0000001", "p0000001", given=given))
    centre.deliver("authorisation", "20260615", [signed("p0000001")])
    for file in centre.settings.folder("extracts").glob("authorisation/*/rows.parquet"):
        file.write_bytes(b"PAR1 11010519491231002X")
    with pytest.raises(HeduiError, match=r"warehouse\.statement") as raised:
        centre.join()
    assert "11010519491231002X" not in str(raised.value)


def test_a_commissioned_run_asks_about_the_persons_of_its_request_only(centre: Centre) -> None:
    request = centre.roster(member("h0000009", "p0000009"), when="20260101")
    centre.roster(member("h0000001", "p0000001"), when="20260615")
    night = centre.join(request=request)
    assert night.rows("select person_key from member") == [("p0000009",)]
    assert centre.join().rows("select person_key from member") == [("p0000001",)]
