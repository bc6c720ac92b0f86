"""Linked rows beside what is known of the person: how the name and the birth date stand to it."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from transforms.index import Index
from transforms.language import dates, names
from transforms.subject_set import Subjects

_AGREEING = {"same": 0, "dot": 1, "rare": 2, "former": 3, "cut": 4, "homophone": 5}
"""Name relations by which a member of a named case is recognised, nearest first."""


def identified(linked: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """Linked rows (links and cells, `row` their place) with name_relation, birth_relation and the person's household.

    A row that names a case and no known number is the member's whose name agrees best; if none or two agree equally the
    person stays unknown and the row is the household's.
    """
    by_person, by_case = linked.filter(pl.col("id_basis") != "case"), linked.filter(pl.col("id_basis") == "case")
    both = _with_person(by_person, subjects)
    if by_case.height:
        both = pl.concat([both, _with_member(by_case, subjects)])
    return both.sort("row", "person_key").drop("known_name", "known_former", "known_birth")


def _with_person(linked: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    joined = _persons(subjects).beside(linked)
    return _compared(joined.with_columns(pl.coalesce("household_key", "only_household")).drop("only_household"))


@lru_cache(maxsize=2)
def _persons(subjects: Subjects) -> Index:
    """By person_key: known_name, known_former, known_birth, only_household (null where there are several)."""
    known = subjects.people.lazy().sort("household_key").group_by("person_key", maintain_order=True)
    only = pl.when(pl.col("household_key").n_unique() == 1).then(pl.col("household_key").first())
    persons = known.agg(
        pl.col("name").drop_nulls().first().alias("known_name"),
        pl.col("former_names").list.explode().drop_nulls().unique(maintain_order=True).alias("known_former"),
        pl.col("birth_date").drop_nulls().first().alias("known_birth"),
        only.alias("only_household"),
    )
    return Index(persons.collect(), "person_key")


def _with_member(linked: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    members = subjects.people.select(
        "household_key",
        pl.col("person_key").alias("member"),
        pl.col("name").alias("known_name"),
        pl.col("former_names").alias("known_former"),
        pl.col("birth_date").alias("known_birth"),
    )
    pairs = _compared(linked.join(members, on="household_key", how="left", maintain_order="left"))
    ranked = pairs.with_columns(
        pl.col("name_relation").replace_strict(_AGREEING, default=9, return_dtype=pl.Int8).alias("rank")
    )
    best = ranked.filter(pl.col("rank") == pl.col("rank").min().over("row"))
    one = (pl.col("member").n_unique().over("row") == 1) & (pl.col("rank") < 9)
    return (
        best.with_columns(pl.when(one).then("member").alias("person_key"))
        .with_columns(pl.when(one).then("name_relation").otherwise(_unknown_member()).alias("name_relation"))
        .with_columns(pl.when(one).then("birth_relation").otherwise(pl.lit("missing")).alias("birth_relation"))
        .unique("row", keep="first", maintain_order=True)
        .drop("member", "rank")
    )


def _unknown_member() -> pl.Expr:
    return pl.when(pl.col("name_relation") == "missing").then(pl.lit("missing")).otherwise(pl.lit("different"))


def _compared(joined: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    given = {name: pl.col(name) if name in joined.columns else nothing for name in ("name", "birth_date")}
    pairs = joined.select(given["name"].alias("given"), known="known_name", former="known_former")
    born = joined.lazy().select(dates.day(given["birth_date"]).alias("born"), "known_birth").collect()
    birth = (
        pl.when(pl.col("born").is_null() | pl.col("known_birth").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("born") == pl.col("known_birth"))
        .then(pl.lit("same"))
        .otherwise(pl.lit("different"))
    )
    relations = names.relation(pairs).alias("name_relation"), born.select(birth.alias("birth_relation")).to_series()
    return joined.with_columns(*relations)
