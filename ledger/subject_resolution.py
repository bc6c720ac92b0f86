"""A subject list resolved against what the ledger knows: pure, so that it can be tested without a database."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ledger import subject_households, subject_persons
from ledger.subject_state import SubjectState


@dataclass(frozen=True)
class Resolution:
    """What resolving found out.

    `rows`: row, case_token, id_token, name_token, birth_date, region_code, household_key, person_key. `households`:
    case_token, household_key, how, origin. `merged`: household_key, into_case. `new_persons`: person_key. `added_ids`:
    id_token, person_key of persons who were known under another id.
    """

    rows: pl.DataFrame
    households: pl.DataFrame
    merged: pl.DataFrame
    new_persons: pl.DataFrame
    added_ids: pl.DataFrame

    @property
    def nothing_new(self) -> bool:
        """Whether every case, person and id was known."""
        known = bool((self.households["how"] == "known").all())
        return known and self.new_persons.is_empty() and self.added_ids.is_empty()


def resolved(state: SubjectState, rows: pl.DataFrame, source: str) -> Resolution:
    """Every row's household and person; new keys follow those the state has given out."""
    listed = rows.with_row_index("row").join(state.ids, on="id_token", how="left")
    households, merged = _households(state, listed, source)
    placed = listed.join(households.select("case_token", "household_key"), on="case_token", how="left")
    named = _fill(subject_persons.by_name(placed, state.names))
    added_ids = (
        named.filter(pl.col("person_key").is_not_null() & pl.col("id_token").is_not_null())
        .select("id_token", "person_key")
        .unique()
        .join(state.ids, on="id_token", how="anti")
        .sort("id_token")
    )
    with_id, numbered = _number_by_id(named, state.person_count)
    described = _fill(subject_persons.without_id(with_id, _names(state, with_id)))
    final, nameless = _number_by_name(described, state.person_count + numbered.len())
    new_persons = pl.concat([numbered, nameless]).to_frame("person_key")
    return Resolution(final.sort("row"), households, merged, new_persons, added_ids)


def _households(state: SubjectState, listed: pl.DataFrame, source: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    cases = listed.select("case_token").unique()
    mapped = cases.join(state.cases.select("case_token", "household_key"), on="case_token")
    if state.resolved_before and mapped.height == cases.height:
        known = mapped.with_columns(how=pl.lit("known"), origin=pl.lit(None, pl.String)).sort("case_token")
        return known, pl.DataFrame(schema={"household_key": pl.String, "into_case": pl.String})
    found, merged = subject_households.recognise(listed.select("case_token", "person_key").unique(), state, source)
    unknown = found.filter(pl.col("household_key").is_null()).select("case_token")
    new = subject_persons.new_keys(unknown, ["case_token"], "h", state.household_count, "new_key")
    keyed = found.join(new, on="case_token", how="left")
    households = keyed.with_columns(household_key=pl.coalesce("household_key", "new_key")).drop("new_key")
    return households.sort("case_token"), merged


def _fill(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(person_key=pl.coalesce("person_key", "named")).drop("named")


def _number_by_id(rows: pl.DataFrame, count: int) -> tuple[pl.DataFrame, pl.Series]:
    unknown = rows.filter(pl.col("person_key").is_null() & pl.col("id_token").is_not_null())
    identities = unknown.group_by("id_token").agg(pl.col("case_token").min())
    new = subject_persons.new_keys(identities, ["case_token", "id_token"], "p", count, "named")
    return _fill(rows.join(new.select("id_token", "named"), on="id_token", how="left")), new["named"]


def _number_by_name(rows: pl.DataFrame, count: int) -> tuple[pl.DataFrame, pl.Series]:
    identity = ["household_key", "name_token", "birth_date"]
    unknown = rows.filter(pl.col("person_key").is_null()).select(identity).unique()
    new = subject_persons.new_keys(unknown, identity, "p", count, "named")
    asked = pl.col("person_key").is_null()
    joined = rows.join(new, on=identity, how="left", nulls_equal=True)
    return _fill(joined.with_columns(named=pl.when(asked).then("named"))), new["named"]


def _names(state: SubjectState, rows: pl.DataFrame) -> pl.DataFrame:
    here = rows.drop_nulls("person_key").select(
        "household_key", "person_key", "name_token", "birth_date", without_id=pl.col("id_token").is_null()
    )
    return pl.concat([state.names, here.unique()])
