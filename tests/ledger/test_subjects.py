"""Persons and households keep their keys through everything that happens to numbers and case codes."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DefectError
from ledger import subjects
from ledger.run import Ledger
from ledger.subject_resolution import resolved
from ledger.subject_state import SubjectState

BORN = date(1980, 1, 1)
SCHEMA = {
    "case_token": pl.String,
    "id_token": pl.String,
    "name_token": pl.String,
    "birth_date": pl.Date,
    "region_code": pl.String,
}
Listed = tuple[str, str | None, str]
Whole = tuple[str, str | None, str, date | None]


def listed(*rows: Listed | Whole) -> pl.DataFrame:
    """Rows (case, id, name[, birth]) of a subject list."""
    whole = [(row[0], row[1], row[2], row[3] if len(row) > 3 else BORN, "421002001001") for row in rows]
    return pl.DataFrame(whole, schema=SCHEMA, orient="row")


def keys(ledger: Ledger, delivery_id: str, *rows: Listed, source: str = "roster") -> list[tuple[str, str]]:
    """household_key and person_key of each row, in order."""
    found = subjects.resolve(ledger, listed(*rows), delivery_id=delivery_id, source=source)
    return found.select("household_key", "person_key").rows()


def test_keys_are_given_in_sorted_order_and_rows_come_back_in_theirs(each_ledger: Ledger) -> None:
    found = keys(each_ledger, "june", ("case_b", "i3", "c"), ("case_a", "i2", "b"), ("case_a", "i1", "a"))
    assert found == [("h0000002", "p0000003"), ("h0000001", "p0000002"), ("h0000001", "p0000001")]


def test_the_same_number_anywhere_is_the_same_person(each_ledger: Ledger) -> None:
    first, second = keys(each_ledger, "june", ("case_a", "i1", "wang"), ("case_b", "i1", "wang jun"))
    assert first[1] == second[1]
    assert first[0] != second[0]
    assert subjects.households_of(each_ledger, [first[1]])["household_key"].to_list() == ["h0000001", "h0000002"]


def test_two_rows_of_one_case_with_one_number_are_one_person(each_ledger: Ledger) -> None:
    first, second = keys(each_ledger, "june", ("case_a", "i1", "wang"), ("case_a", "i1", "wang"))
    assert first == second


def test_a_corrected_number_is_a_further_number_of_the_same_person(each_ledger: Ledger) -> None:
    [before, other] = keys(each_ledger, "june", ("case_a", "i1", "wang"), ("case_a", "i2", "li"))
    [after, same] = keys(each_ledger, "july", ("case_a", "i9", "wang"), ("case_a", "i2", "li"))
    assert (before, other) == (after, same)
    [event] = subjects.events(each_ledger, person_key=before[1])
    assert (event["kind"], event["delivery_id"]) == ("id_added", "july")
    assert keys(each_ledger, "august", ("case_z", "i1", "wang"))[0][1] == before[1]


def test_a_number_that_appeared_beside_the_old_one_is_another_person_of_that_name(each_ledger: Ledger) -> None:
    [before] = keys(each_ledger, "june", ("case_a", "i1", "wang"))
    [same, other] = keys(each_ledger, "july", ("case_a", "i1", "wang"), ("case_a", "i9", "wang"))
    assert same == before
    assert other[1] != before[1]


def test_one_of_two_namesakes_in_a_household_is_never_guessed(each_ledger: Ledger) -> None:
    before = keys(each_ledger, "june", ("case_a", "i1", "wang"), ("case_a", "i2", "wang"))
    [after] = keys(each_ledger, "july", ("case_a", "i9", "wang"))
    assert after[1] not in {person for _, person in before}


def test_who_moved_to_another_case_is_not_taken_for_a_namesake_who_came(each_ledger: Ledger) -> None:
    [moved, _] = keys(each_ledger, "june", ("case_a", "i1", "wang"), ("case_a", "i2", "li"))
    found = keys(each_ledger, "july", ("case_b", "i1", "wang"), ("case_a", "i9", "wang"), ("case_a", "i2", "li"))
    assert found[0][1] == moved[1]
    assert found[1][1] != moved[1]


def test_a_damaged_number_of_a_known_member_is_that_member(each_ledger: Ledger) -> None:
    [before] = keys(each_ledger, "june", ("case_a", "i1", "wang"))
    [damaged] = keys(each_ledger, "july", ("case_a", None, "wang"))
    assert damaged == before


def test_without_a_number_name_and_birth_within_the_household_must_agree(each_ledger: Ledger) -> None:
    rows = listed(
        ("case_a", "i1", "wang"), ("case_a", None, "wang", date(2010, 5, 5)), ("case_b", None, "wang", date(2010, 5, 5))
    )
    first = subjects.resolve(each_ledger, rows, delivery_id="june", source="roster")
    assert first["person_key"].n_unique() == 3
    second = subjects.resolve(each_ledger, rows, delivery_id="july", source="roster")
    assert second["person_key"].to_list() == first["person_key"].to_list()


def test_a_re_coded_case_is_the_same_household_when_the_old_code_is_gone(each_ledger: Ledger) -> None:
    before = keys(each_ledger, "june", ("old", "i1", "a"), ("old", "i2", "b"), ("old", "i3", "c"))
    after = keys(each_ledger, "july", ("new", "i1", "a"), ("new", "i2", "b"), ("new", "i4", "d"))
    assert after[:2] == before[:2]
    assert after[2][0] == before[0][0]
    assert [event["kind"] for event in subjects.events(each_ledger, household_key=before[0][0])] == ["recoded"]
    assert subjects.persons_of(each_ledger, [before[0][0]])["person_key"].to_list() == [
        before[0][1],
        before[1][1],
        after[2][1],
    ]


def test_a_split_makes_a_new_household_for_those_who_leave(each_ledger: Ledger) -> None:
    before = keys(each_ledger, "june", ("case_a", "i1", "a"), ("case_a", "i2", "b"), ("case_a", "i3", "c"))
    after = keys(each_ledger, "july", ("case_a", "i1", "a"), ("case_new", "i2", "b"), ("case_new", "i3", "c"))
    assert after[0] == before[0]
    assert after[1][0] == after[2][0] != before[0][0]
    assert [person for _, person in after] == [person for _, person in before]
    [event] = subjects.events(each_ledger, household_key=after[1][0])
    assert (event["kind"], event["detail"]["origin"]) == ("split", before[0][0])


@pytest.mark.parametrize(("large", "small"), [("case_a", "case_b"), ("case_b", "case_a")])
def test_a_merge_keeps_the_household_with_more_members(each_ledger: Ledger, large: str, small: str) -> None:
    many = [(large, f"i{n}", f"n{n}") for n in range(3)]
    before = keys(each_ledger, "june", *many, (small, "i9", "n9"))
    after = keys(each_ledger, "july", *[("case_a", number, name) for _, number, name in many], ("case_a", "i9", "n9"))
    assert {household for household, _ in after} == {before[0][0]}
    assert [person for _, person in after] == [person for _, person in before]
    assert subjects.persons_of(each_ledger, [before[3][0]]).is_empty()
    assert keys(each_ledger, "june", *many, (small, "i9", "n9")) == before


def test_resolving_an_old_delivery_again_finds_the_keys_it_found_then(each_ledger: Ledger) -> None:
    june = [("old", "i1", "a"), ("old", "i2", "b"), ("stays", "i3", "c"), ("stays", None, "d")]
    before = keys(each_ledger, "june", *june)
    keys(each_ledger, "july", ("new", "i1", "a"), ("new", "i8", "b"), ("old", "i3", "c"), ("stays", "i7", "d"))
    assert keys(each_ledger, "june", *june) == before


def test_another_sources_short_list_makes_no_household_vanish(each_ledger: Ledger) -> None:
    [before, _] = keys(each_ledger, "june", ("case_a", "i1", "a"), ("case_b", "i2", "b"))
    [asked] = keys(each_ledger, "request", ("request_1", "i1", "a"), source="request")
    assert asked[1] == before[1]
    assert keys(each_ledger, "july", ("case_a", "i1", "a"), ("case_b", "i2", "b"))[0] == before


def test_a_list_that_lacks_a_case_or_a_column_is_a_defect(each_ledger: Ledger) -> None:
    rows = listed(("case_a", "i1", "a"))
    for broken in (rows.drop("region_code"), rows.with_columns(case_token=pl.lit(None, pl.String))):
        with pytest.raises(DefectError, match=r"subjects\.rows"):
            subjects.resolve(each_ledger, broken, delivery_id="june", source="roster")


EMPTY = SubjectState(
    resolved_before=False,
    ids=pl.DataFrame(schema={"id_token": pl.String, "person_key": pl.String}),
    names=pl.DataFrame(
        schema={
            "household_key": pl.String,
            "person_key": pl.String,
            "name_token": pl.String,
            "birth_date": pl.Date,
            "without_id": pl.Boolean,
        }
    ),
    cases=pl.DataFrame(schema={"source": pl.String, "case_token": pl.String, "household_key": pl.String}),
    members=pl.DataFrame(schema={"household_key": pl.String, "person_key": pl.String}),
    person_count=0,
    household_count=0,
)
rows_of_a_list = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3"]),
        st.sampled_from(["i1", "i2", "i3", "i4", None]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([BORN, date(2010, 5, 5), None]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(rows=rows_of_a_list, order=st.randoms(use_true_random=False))
def test_keys_do_not_depend_on_the_order_of_rows(
    rows: list[tuple[str, str | None, str, date | None]], order: object
) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    answers = []
    for one in (rows, shuffled):
        found = resolved(EMPTY, listed(*one), "roster").rows.drop("row", "region_code").unique()
        answers.append(sorted(found.rows(), key=repr))
    assert answers[0] == answers[1]


@settings(max_examples=60, deadline=None)
@given(rows=rows_of_a_list)
def test_every_row_has_a_person_and_a_household_and_a_number_is_one_person(rows: list[Whole]) -> None:
    found = resolved(EMPTY, listed(*rows), "roster").rows
    assert found["row"].to_list() == list(range(len(rows)))
    assert found.select("household_key", "person_key").null_count().row(0) == (0, 0)
    numbered = found.drop_nulls("id_token").select("id_token", "person_key").unique()
    assert numbered["id_token"].is_unique().all()
    assert found.select("case_token", "household_key").unique()["case_token"].is_unique().all()
