"""What the ledger knows of persons and households, as frames."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, func, select

from ledger import bulk
from ledger.schema import household, household_case, membership, person, person_id, person_name, subject_resolution


@dataclass(frozen=True)
class SubjectState:
    """Known ids (id_token, person_key), names within households, cases (the last household of each) and members.

    For a delivery that was resolved before, cases and names are as they stood right after that, so that resolving it
    again finds the same keys whatever came later.
    """

    resolved_before: bool
    ids: pl.DataFrame
    names: pl.DataFrame
    cases: pl.DataFrame
    members: pl.DataFrame
    person_count: int
    household_count: int


def load(connection: Connection, delivery_id: str) -> SubjectState:
    """The state against which a delivery is resolved."""
    done = connection.execute(
        select(subject_resolution.c.last_case, subject_resolution.c.last_name).where(
            subject_resolution.c.delivery_id == delivery_id
        )
    ).first()
    return SubjectState(
        resolved_before=done is not None,
        ids=_ids(connection),
        names=_names(connection, done[1] if done else None),
        cases=_cases(connection, done[0] if done else None),
        members=members(connection),
        person_count=connection.execute(select(func.count()).select_from(person)).scalar_one(),
        household_count=connection.execute(select(func.count()).select_from(household)).scalar_one(),
    )


def members(connection: Connection) -> pl.DataFrame:
    """Who is in which household by the last word on each pair: household_key, person_key."""
    schema = {"sequence": pl.Int64, "household_key": pl.String, "person_key": pl.String, "present": pl.Boolean}
    words = bulk.frame(connection, select(*(membership.c[name] for name in schema)), schema)
    pair = ["household_key", "person_key"]
    last = words.sort("sequence").group_by(pair).last()
    return last.filter("present").select(pair).sort(pair)


def marks(connection: Connection) -> tuple[int, int]:
    """The last sequence of cases and of names: what a resolution is remembered by."""
    cases = connection.execute(select(func.max(household_case.c.sequence))).scalar()
    names = connection.execute(select(func.max(person_name.c.sequence))).scalar()
    return int(cases or 0), int(names or 0)


def _ids(connection: Connection) -> pl.DataFrame:
    schema = {"id_token": pl.String, "person_key": pl.String}
    return bulk.frame(connection, select(person_id.c.id_token, person_id.c.person_key), schema)


def _names(connection: Connection, up_to: int | None) -> pl.DataFrame:
    schema = {
        "household_key": pl.String,
        "person_key": pl.String,
        "name_token": pl.String,
        "birth_date": pl.Date,
        "without_id": pl.Boolean,
    }
    query = select(*(person_name.c[name] for name in schema))
    if up_to is not None:
        query = query.where(person_name.c.sequence <= up_to)
    return bulk.frame(connection, query, schema)


def _cases(connection: Connection, up_to: int | None) -> pl.DataFrame:
    schema = {"sequence": pl.Int64, "source": pl.String, "case_token": pl.String, "household_key": pl.String}
    query = select(*(household_case.c[name] for name in schema))
    if up_to is not None:
        query = query.where(household_case.c.sequence <= up_to)
    words = bulk.frame(connection, query, schema).sort("sequence")
    return words.group_by("case_token").last().drop("sequence").sort("case_token")
