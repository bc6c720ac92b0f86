"""Which household a case of a delivery is: known, re-coded, merged, split off or new. Pure, set-based."""

from __future__ import annotations

import polars as pl

from ledger.subject_state import SubjectState

_PAIR = ["case_token", "household_key"]


def recognise(case_persons: pl.DataFrame, state: SubjectState, source: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cases of one delivery (case_token, person_key|null) → (households, merged).

    `households`: case_token, household_key (null: a new one is needed), how (`known recoded merged split new`), origin
    (the household that a split left). `merged`: household_key, into_case: households that ended in another.

    A case code that the ledger knows is that household. A household none of whose codes stands in this delivery has
    vanished; it lives on in the one case that holds most of its members (half is enough under a new code). Where
    several could live on in one case, the one with more members does. One household stands in one case.
    """
    present = case_persons.select("case_token").unique().sort("case_token")
    mapped = present.join(state.cases.select(_PAIR), on="case_token")
    sizes = state.members.group_by("household_key").len("size")
    homeless = _vanished(case_persons, mapped, state, source, sizes)
    candidates = (
        pl.concat([mapped.with_columns(own=pl.lit(True)), homeless.with_columns(own=pl.lit(False))])
        .join(sizes, on="household_key", how="left")
        .with_columns(pl.col("size").fill_null(0))
        .sort(["case_token", "size", "own", "household_key"], descending=[False, True, True, False])
    )
    chosen = candidates.group_by("case_token", maintain_order=True).first()
    single = _one_case_each(chosen, case_persons, state.members)
    households = _told(present.join(single, on="case_token", how="left"), mapped, case_persons, _listed(state, source))
    merged = candidates.join(single, on="household_key", how="anti").filter(pl.col("size") > 0)
    return households, merged.select("household_key", into_case="case_token").unique("household_key").sort(
        "household_key"
    )


def _vanished(
    case_persons: pl.DataFrame, mapped: pl.DataFrame, state: SubjectState, source: str, sizes: pl.DataFrame
) -> pl.DataFrame:
    of_source = state.cases.filter(pl.col("source") == source).select("household_key").unique()
    gone = of_source.join(mapped, on="household_key", how="anti")
    shared = (
        case_persons.drop_nulls()
        .unique()
        .join(state.members.join(gone, on="household_key"), on="person_key")
        .group_by(_PAIR)
        .agg(shared=pl.len(), first=pl.col("person_key").min())
        .join(sizes, on="household_key")
        .join(mapped.select("case_token", known=pl.lit(True)), on="case_token", how="left")
    )
    enough = pl.when(pl.col("known").is_null()).then(pl.col("shared") * 2 >= pl.col("size"))
    moved = shared.filter(enough.otherwise(pl.col("shared") * 2 > pl.col("size")))
    order = moved.sort(["household_key", "shared", "first", "case_token"], descending=[False, True, False, False])
    return order.group_by("household_key", maintain_order=True).first().select(_PAIR)


def _listed(state: SubjectState, source: str) -> pl.DataFrame:
    """Members of households that this source names: who applies does not leave the household they are listed in."""
    return state.members.join(state.cases.filter(pl.col("source") == source), on="household_key", how="semi")


def _one_case_each(chosen: pl.DataFrame, case_persons: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    stayed = case_persons.drop_nulls().unique().join(members, on="person_key").group_by(_PAIR).len("stayed")
    order = chosen.join(stayed, on=_PAIR, how="left").with_columns(pl.col("stayed").fill_null(0))
    best = order.sort(["household_key", "stayed", "case_token"], descending=[False, True, False])
    return best.group_by("household_key", maintain_order=True).first().select(*_PAIR, "own")


def _told(cases: pl.DataFrame, mapped: pl.DataFrame, case_persons: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    origin = (
        case_persons.drop_nulls()
        .join(members, on="person_key")
        .group_by("case_token")
        .agg(origin=pl.col("household_key").min())
    )
    how = (
        pl.when(pl.col("own"))
        .then(pl.lit("known"))
        .when(pl.col("household_key").is_not_null() & pl.col("was").is_null())
        .then(pl.lit("recoded"))
        .when(pl.col("household_key").is_not_null())
        .then(pl.lit("merged"))
        .when(pl.col("origin").is_not_null())
        .then(pl.lit("split"))
        .otherwise(pl.lit("new"))
    )
    return (
        cases.join(mapped.rename({"household_key": "was"}), on="case_token", how="left")
        .join(origin, on="case_token", how="left")
        .with_columns(how=how)
        .select(*_PAIR, "how", "origin")
        .sort("case_token")
    )
