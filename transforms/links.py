"""Tables by which rows find subjects: the number itself, its repairs, the name with a second field, the case number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from transforms.index import Index
from transforms.language import ids, names
from transforms.resembling import Resemblances, resemblances
from transforms.subject_set import Subjects

LINK: dict[str, pl.DataType] = {
    "at": pl.UInt32(),
    "person_key": pl.String(),
    "household_key": pl.String(),
    "id_basis": pl.String(),
}
"""One possible subject of one row: `at` is the row's place in its batch; household_key only where a case was named."""


@dataclass(frozen=True, eq=False)
class Links:
    """By what rows are looked up. `exact` by id_number: person_key, id_basis (`near` for a number one slip from a
    damaged roster id: needs the name). `fifteen` by first_fifteen, name_key: person_key, signed (the roster's number
    bears the signature of a spreadsheet). `halves` by half, name_key: id_number, person_key. `births` by name_key,
    birth_date, `addresses` by name_key, address_key, and `named` by name_key: person_key. `cases` by case_key:
    household_key.

    `numbers`: all of `exact`. `damaged_fifteen`: beginnings of roster numbers that are `signed`; `beginnings`: of all.
    `resemblances`: a part of the name with a stretch of the number, the birth date or the address."""

    exact: Index
    fifteen: Index
    halves: Index
    births: Index
    addresses: Index
    named: Index
    cases: Index
    numbers: pl.Series
    damaged_fifteen: pl.Series
    beginnings: pl.Series
    resemblances: Resemblances


@lru_cache(maxsize=2)
def links(subjects: Subjects) -> Links:
    """The tables for a subject set; made once for all deliveries that are read for it."""
    named = _name_keys(subjects.people)
    numbers = subjects.ids.join(named, on="person_key")
    damaged = subjects.ids.filter(pl.col("id_state") == "damaged")
    exact = pl.concat([_exact(subjects.ids), _repaired(damaged)])
    fifteen = numbers.select(
        ids.first_fifteen(pl.col("id_number")).alias("first_fifteen"),
        "name_key",
        "person_key",
        ids.spreadsheet_damaged(pl.col("id_number")).alias("signed"),
    )
    cases = subjects.people.select("case_key", "household_key").drop_nulls().unique(maintain_order=True)
    return Links(
        exact=Index(exact, "id_number"),
        fifteen=Index(fifteen.drop_nulls().unique(), "first_fifteen", "name_key"),
        halves=Index(_halves(numbers), "half", "name_key"),
        births=Index(_with_second_field(subjects.people, named, "birth_date"), "name_key", "birth_date"),
        addresses=Index(_with_second_field(subjects.people, named, "address_key"), "name_key", "address_key"),
        named=Index(numbers.select("name_key", "person_key").unique(), "name_key"),
        cases=Index(cases, "case_key"),
        numbers=exact["id_number"],
        damaged_fifteen=fifteen.filter("signed")["first_fifteen"].drop_nulls().unique(),
        beginnings=fifteen["first_fifteen"].drop_nulls().unique(),
        resemblances=resemblances(subjects),
    )


def halves_of(number: str) -> list[pl.Expr]:
    """The first and the last eight characters of a number column: one slip anywhere leaves one of them whole."""
    return [
        pl.lit("first ") + pl.col(number).str.slice(0, 8),
        pl.lit("last ") + pl.col(number).str.slice(10, 8),
    ]


def _name_keys(people: pl.DataFrame) -> pl.DataFrame:
    known = people.select("person_key", pl.concat_list("name", "former_names").alias("name")).explode("name")
    return known.select("person_key", names.key(pl.col("name")).alias("name_key")).drop_nulls().unique()


def _exact(numbers: pl.DataFrame) -> pl.DataFrame:
    """A number that any roster gave in full is known in full, however another wrote it."""
    in_full = (pl.col("id_state") != "upgraded").any()
    basis = pl.when(in_full).then(pl.lit("id18")).otherwise(pl.lit("id15")).alias("id_basis")
    return numbers.filter(ids.valid(pl.col("id_number"))).group_by("id_number", "person_key").agg(basis)


def _repaired(damaged: pl.DataFrame) -> pl.DataFrame:
    unreadable = damaged.filter(~ids.valid(pl.col("id_number")))
    slips = [(slip, person) for person, number, _ in unreadable.iter_rows() for slip in ids.slips(number)]
    possible = pl.DataFrame(slips, schema={"id_number": pl.String, "person_key": pl.String}, orient="row").unique()
    valid = possible.lazy().filter(ids.valid(pl.col("id_number"))).collect()
    return valid.with_columns(id_basis=pl.lit("near"))


def _halves(numbers: pl.DataFrame) -> pl.DataFrame:
    sides = [
        numbers.select(half.alias("half"), "name_key", "id_number", "person_key") for half in halves_of("id_number")
    ]
    return pl.concat(sides).unique()


def _with_second_field(people: pl.DataFrame, named: pl.DataFrame, field: str) -> pl.DataFrame:
    known = people.select("person_key", field).drop_nulls().unique()
    return known.join(named, on="person_key").select("name_key", field, "person_key").unique()
