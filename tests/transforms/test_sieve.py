"""By what a row finds its subject, and what no row may be taken for."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
import pytest

from core.identity_number import check_character
from transforms.identify import identified
from transforms.links import links
from transforms.possible import possible
from transforms.sieve import KEPT, NOT_SUBJECT, UNUSABLE, sift
from transforms.subject_set import WORDS, Subjects, subjects_from

NUMBER = "210106195105016611"
TWIN = "21010619510501662" + check_character("21010619510501662")
WORD_TYPES = {**dict.fromkeys(WORDS, pl.String), "birth_date": pl.Date, "sex_code": pl.String}
COLUMNS = ("id_number", "name", "birth_date", "address")


def person(**values: object) -> dict[str, object]:
    return {
        "person_key": "p0000001",
        "household_key": "h0000001",
        "case_number": "D-1",
        "id_number": NUMBER,
        "name": "杜福贵",
        "address": "铁东区北苑大院2761号",
        "birth_date": date(1951, 5, 1),
        **values,
    }


def looked_for(*people: dict[str, object]) -> Subjects:
    return subjects_from(pl.DataFrame(list(people), schema=WORD_TYPES))


def sifted(subjects: Subjects, *, columns: tuple[str, ...] = COLUMNS, **given: str | None) -> tuple[int, pl.DataFrame]:
    """The class of one row and its identified links."""
    rows = pl.DataFrame([{name: given.get(name) for name in columns}], schema=dict.fromkeys(columns, pl.String))
    found = sift(rows, links(subjects))
    assert possible(links(subjects)).rows(rows).item() or found.classes.item() == NOT_SUBJECT
    linked = found.links.rename({"at": "row"}).join(rows.with_row_index("row"), on="row")
    return int(found.classes.item()), identified(linked, subjects)


@pytest.mark.parametrize(
    ("given", "kind", "basis"),
    [
        ({"id_number": NUMBER, "name": "杜福贵"}, KEPT, "id18"),
        ({"id_number": "'" + NUMBER, "name": "另一人"}, KEPT, "id18"),
        ({"id_number": NUMBER[:6] + NUMBER[8:17], "name": "杜福贵"}, KEPT, "id15"),
        ({"id_number": NUMBER[:15] + "000", "name": "杜福贵"}, UNUSABLE, "repaired"),
        ({"id_number": str(int(float(NUMBER))), "name": "杜福贵"}, UNUSABLE, "repaired"),
        ({"id_number": NUMBER[:16] + "51", "name": "杜福贵"}, UNUSABLE, "near"),
        ({"id_number": NUMBER[:9] + NUMBER[10] + NUMBER[9] + NUMBER[11:], "name": "杜福贵"}, UNUSABLE, "near"),
        ({"id_number": "不详", "name": "杜福贵", "birth_date": "19510501"}, UNUSABLE, "none"),
        ({"id_number": None, "name": "杜福贵", "address": "铁东区北苑大院 2761 号"}, UNUSABLE, "none"),
    ],
)
def test_a_row_finds_its_person(given: dict[str, str | None], kind: int, basis: str) -> None:
    found, linked = sifted(looked_for(person()), **given)
    assert found == kind
    assert linked.select("person_key", "id_basis").rows() == [("p0000001", basis)]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"id_number": TWIN, "name": "杜福贵", "birth_date": "19510501"}, NOT_SUBJECT),
        ({"id_number": NUMBER[:15] + "000", "name": "另一人"}, UNUSABLE),
        ({"id_number": NUMBER[:16] + "51", "name": "另一人"}, UNUSABLE),
        ({"id_number": "不详", "name": "杜福贵"}, UNUSABLE),
        ({"id_number": "不详", "name": "杜福贵", "birth_date": "19510502"}, UNUSABLE),
        ({"id_number": "不详", "name": None, "birth_date": "19510501"}, UNUSABLE),
        ({"id_number": NUMBER[:9] + "73122499X", "name": "杜小明"}, UNUSABLE),
    ],
)
def test_a_name_alone_or_a_number_alone_that_differs_is_nobody(given: dict[str, str | None], kind: int) -> None:
    found, linked = sifted(looked_for(person()), **given)
    assert (found, linked.height) == (kind, 0)


def test_a_number_damaged_on_the_roster_is_found_by_its_beginning_and_the_name() -> None:
    subjects = looked_for(person(id_number=NUMBER[:15] + "000"))
    kind, linked = sifted(subjects, id_number=NUMBER, name="杜福贵")
    assert (kind, linked["id_basis"].to_list()) == (KEPT, ["repaired"])
    assert sifted(subjects, id_number=NUMBER, name="另一人")[1].height == 0


def test_a_number_mistyped_on_the_roster_is_found_by_its_neighbours_and_the_name() -> None:
    subjects = looked_for(person(id_number=NUMBER[:16] + "51"))
    kind, linked = sifted(subjects, id_number=NUMBER, name="杜福贵")
    assert (kind, linked["id_basis"].to_list()) == (KEPT, ["near"])
    assert sifted(subjects, id_number=NUMBER, name="另一人")[1].height == 0


@pytest.mark.parametrize(
    ("given", "basis"),
    [
        ({"id_number": NUMBER[:5] + NUMBER[6:], "name": "杜福"}, "near"),
        ({"id_number": NUMBER[:3] + "9" + NUMBER[4:16] + "99", "name": "杜小贵"}, "near"),
        ({"id_number": "无", "name": "李福贵", "birth_date": "1951.5.1"}, "none"),
        ({"id_number": None, "name": "杜贵", "address": "铁东区北苑大院2761号"}, "none"),
    ],
)
def test_a_damaged_number_and_a_part_of_the_name_are_worth_a_question(given: dict[str, str], basis: str) -> None:
    kind, linked = sifted(looked_for(person()), **given)
    assert (kind, linked["id_basis"].to_list()) == (UNUSABLE, [basis])
    assert sifted(looked_for(person()), **{**given, "name": "另一人"})[1].height == 0


@pytest.mark.parametrize("number", ["不详", NUMBER[:5] + NUMBER[6:]])
def test_who_has_no_usable_number_on_the_roster_is_looked_for_by_what_else_is_known(number: str) -> None:
    subjects = looked_for(person(id_number=number))
    kind, linked = sifted(subjects, id_number=NUMBER, name="杜福")
    assert (kind, linked["person_key"].to_list()) == (KEPT, ["p0000001"])
    assert sifted(subjects, id_number=NUMBER, name="另一人")[1].height == 0
    assert sifted(looked_for(person(id_number=TWIN)), id_number=NUMBER, name="杜福")[1].height == 0


def test_a_number_of_fifteen_digits_on_the_roster_is_not_as_sure_as_eighteen() -> None:
    _, linked = sifted(looked_for(person(id_number=NUMBER[:6] + NUMBER[8:17])), id_number=NUMBER, name="杜福贵")
    assert linked["id_basis"].to_list() == ["id15"]


def test_a_row_that_may_be_two_persons_stands_once_for_each() -> None:
    namesake = person(person_key="p0000002", household_key="h0000002", case_number="D-2", id_number=TWIN)
    _, linked = sifted(looked_for(person(), namesake), id_number="无", name="杜福贵", birth_date="1951-05-01")
    assert linked["person_key"].to_list() == ["p0000001", "p0000002"]


BOOK = ("id_number", "name", "case_number")


@pytest.mark.parametrize(
    ("given", "who", "relation"),
    [
        ({"id_number": "无", "name": "杜福貴"}, "p0000001", "rare"),
        ({"id_number": None, "name": "来访人"}, None, "different"),
        ({"id_number": None, "name": None}, None, "missing"),
    ],
)
def test_a_named_case_is_a_key_of_its_own(given: dict[str, str | None], who: str | None, relation: str) -> None:
    spouse = person(person_key="p0000002", id_number=TWIN, name="梁玉珍")
    kind, linked = sifted(looked_for(person(), spouse), columns=BOOK, case_number=" d-1", **given)
    assert kind == KEPT
    assert linked.select("household_key", "person_key", "id_basis", "name_relation").rows() == [
        ("h0000001", who, "case", relation)
    ]


def test_an_earlier_number_and_an_earlier_name_are_still_the_persons() -> None:
    now = pl.DataFrame([person()], schema=WORD_TYPES)
    before = pl.DataFrame([person(id_number=TWIN, name="杜招弟")], schema=WORD_TYPES)
    _, linked = sifted(subjects_from(now, before), id_number=TWIN, name="杜招弟")
    assert linked.select("person_key", "id_basis", "name_relation").rows() == [("p0000001", "id18", "former")]


def test_equal_subjects_are_one_set_and_any_change_makes_another() -> None:
    first = looked_for(person())
    assert first.subject_set_id == looked_for(person()).subject_set_id
    assert first.subject_set_id != looked_for(person(name="杜富贵")).subject_set_id
    assert first.subject_set_id != looked_for(person(), person(household_key="h0000002")).subject_set_id


@pytest.mark.parametrize("latest", [NUMBER, NUMBER[:6] + NUMBER[8:17]])
def test_a_number_that_any_roster_gave_in_full_is_known_in_full(latest: str) -> None:
    [before] = {NUMBER, NUMBER[:6] + NUMBER[8:17]} - {latest}
    words, earlier = (pl.DataFrame([person(id_number=number)], schema=WORD_TYPES) for number in (latest, before))
    _, found = sifted(subjects_from(words, earlier), id_number=NUMBER, name="杜福贵")
    assert found["id_basis"].to_list() == ["id18"]


def test_a_row_that_names_a_person_by_two_numbers_is_as_sure_as_the_surer_one() -> None:
    columns = (*COLUMNS, "former_id_number")
    given = {"id_number": NUMBER[:6] + NUMBER[8:17], "former_id_number": NUMBER, "name": "杜福贵"}
    _, found = sifted(looked_for(person()), columns=columns, **given)
    assert found["id_basis"].to_list() == ["id18"]


def test_a_row_that_is_passed_over_unread_is_nobodys() -> None:
    """Numbers of a small place: half of them share births, beginnings and stretches with damaged ones on the roster."""
    dice = random.Random(11)
    drawn = [f"21010619{dice.randint(40, 99)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}" for _ in range(60)]
    numbers = [body + check_character(body) for day in drawn for body in (f"{day}{dice.randint(0, 999):03d}",) * 2]
    damages = (str, lambda one: one[:15] + "000", lambda one: str(int(float(one[:17] + "0"))), lambda _: None)
    people = [
        person(person_key=f"p{place:07d}", id_number=dice.choice(damages)(number), birth_date=None, name=f"杜福{place}")
        for place, number in enumerate(numbers[::3])
    ]
    bodies = [number[:14] + f"{dice.randint(0, 999):03d}" for number in numbers for _ in range(20)]
    near = [*numbers, *(body + check_character(body) for body in bodies)]
    given = [{"id_number": number, "name": f"杜福{dice.randint(0, 39)}"} for number in near]
    rows = pl.DataFrame(given, schema=dict.fromkeys(COLUMNS, pl.String))
    tables = links(looked_for(*people))
    passed_over = ~possible(tables).rows(rows)
    assert 0 < passed_over.sum() < rows.height
    assert set(sift(rows, tables).classes.filter(passed_over)) == {NOT_SUBJECT}
    whole, few = sift(rows, tables).links, rows.with_row_index("place").filter(~passed_over)
    again = sift(few.drop("place"), tables).links
    assert again.with_columns(few["place"].gather(again["at"]).alias("at")).equals(whole)
