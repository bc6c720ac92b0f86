from __future__ import annotations

from datetime import date

import pytest

from tests.warehouse.centre import Centre, Row, member

LI = {"姓名": "李秀英", "身份证号": "11010519491231002X", "出生日期": "1949-12-31", "地址": "沙市区中山街道彭江路33号"}


def death(person: str, **values: object) -> Row:
    return {"person_key": person, "death_date": date(2026, 4, 1), **values}


@pytest.mark.parametrize(
    ("basis", "name", "grade"),
    [
        ("id18", "same", "A"),
        ("id18", "dot", "B"),
        ("id18", "rare", "B"),
        ("id18", "former", "B"),
        ("id18", "cut", "B"),
        ("id18", "homophone", "B"),
        ("id18", "different", "C"),
        ("id18", "missing", "C"),
        ("id15", "same", "D"),
        ("repaired", "homophone", "D"),
        ("repaired", "different", "E"),
        ("near", "same", "E"),
        ("none", "same", "E"),
    ],
)
def test_a_row_is_graded_by_its_number_and_its_name(centre: Centre, basis: str, name: str, grade: str) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [death("p0000001", id_basis=basis, name_relation=name)])
    night = centre.join()
    assert night.rows("select grade from match where source = 'cremation'") == [(grade,)]
    assert night.rows("select match_grade from cremation_any_grade") == [(grade,)]
    assert night.rows("select match_grade from cremation") == ([(grade,)] if grade in "AB" else [])
    assert night.rows("select match_grade from death") == ([(grade,)] if grade in "AB" else [])


def test_a_row_refused_by_a_check_is_kept_and_carries_no_finding(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001"))
    centre.deliver("cremation", "202604", [death("p0000001", refused_by="cremated_before_death")])
    night = centre.join()
    assert night.rows("select count(*) from cremation_any_grade") == [(1,)]
    assert night.rows("select count(*) from cremation") == [(0,)]


def test_a_living_namesake_of_a_dead_person_stays_out(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", given=LI))
    namesake = {"姓名": "李秀英", "身份证号": "", "出生日期": "1983-05-06", "地址": "荆州区张居正街5号"}
    centre.deliver("cremation", "202604", [death("p0000001", id_basis="none", given=namesake)])
    night = centre.join()
    assert night.rows("select * from death") == []
    assert night.rows("select * from identity_queue") == []
    assert night.cell("p0000001", "cremation", "death", "2026-04-01") == ("none", None)


def test_a_row_without_a_number_whose_fields_agree_waits_for_people(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", given=LI))
    row = {**LI, "身份证号": ""}
    centre.deliver("cremation", "202604", [death("p0000001", id_basis="none", given=row)])
    night = centre.join()
    assert night.rows("select person_key, grade, place from identity_queue") == [("p0000001", "E", 1)]
    assert night.rows("select * from death") == []
    assert night.cell("p0000001", "cremation", "death", "2026-04-01") == ("could_not_look", "row_queued")


def test_a_row_with_a_name_alone_is_not_queued_and_nobody_says_none(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", given=LI))
    centre.deliver("cremation", "202604", [death("p0000001", id_basis="none", given={"姓名": "李秀英"})])
    night = centre.join()
    assert night.rows("select * from identity_queue") == []
    assert night.cell("p0000001", "cremation", "death", "2026-04-01") == ("could_not_look", "row_without_fields")


def test_a_near_number_with_the_name_ranks_above_another_name_on_the_number(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", given=LI))
    near = {**LI, "身份证号": "11010519491237002X"}
    other = {"姓名": "赵刚", "身份证号": LI["身份证号"]}
    rows = [
        death("p0000001", name_relation="different", given=other),
        death("p0000001", id_basis="near", given=near),
    ]
    centre.deliver("cremation", "202604", rows)
    assert centre.join().rows("select place, grade from identity_queue") == [(1, "E"), (2, "C")]


def test_a_number_that_the_roster_gives_to_two_names_counts_against_neither(centre: Centre) -> None:
    wang = {**LI, "姓名": "王建国"}
    centre.roster(member("h0000001", "p0000001", given=LI), member("h0000002", "p0000001", given=wang))
    centre.deliver("cremation", "202604", [death("p0000001", given=LI)])
    night = centre.join()
    assert night.rows("select * from death") == []
    assert night.rows("select grade from identity_queue") == [("C",)]
    assert night.rows("select roster_id_state from member") == [("disputed",), ("disputed",)]
    assert night.cell("p0000001", "cremation", "death", "2026-04-01") == ("could_not_look", "no_usable_number")


def test_one_person_in_two_cases_under_one_name_is_not_in_dispute(centre: Centre) -> None:
    centre.roster(member("h0000001", "p0000001", given=LI), member("h0000002", "p0000001", given=LI))
    centre.deliver("cremation", "202604", [death("p0000001", given=LI)])
    night = centre.join()
    assert night.rows("select match_grade from death") == [("A",)]
    assert night.rows("select roster_id_state from member") == [("valid",), ("valid",)]


@pytest.mark.parametrize(
    ("row", "perhaps"),
    [
        ({}, 0),
        ({"id_basis": "id15"}, 1),
        ({"name_relation": "different"}, 1),
        ({"refused_by": "cremated_before_death"}, 1),
        ({"id_basis": "none", "given": {"姓名": "李秀英"}}, 1),
        ({"id_basis": "none", "given": {"姓名": "李秀英", "出生日期": "1983-05-06", "地址": "荆州区张居正街5号"}}, 0),
    ],
)
def test_what_could_be_a_persons_and_is_not_surely_so_stands_apart(centre: Centre, row: Row, perhaps: int) -> None:
    centre.roster(member("h0000001", "p0000001", given=LI))
    centre.deliver("cremation", "202604", [death("p0000001", **{"given": LI, **row})])
    assert centre.join().rows("select count(*) from cremation_perhaps") == [(perhaps,)]
