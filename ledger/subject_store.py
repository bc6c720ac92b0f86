"""Append what resolving a subject list found out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection

from core.moment import now
from ledger import bulk, subject_state
from ledger.schema import (
    household,
    household_case,
    membership,
    person,
    person_id,
    person_name,
    subject_event,
    subject_resolution,
)
from ledger.subject_resolution import Resolution
from ledger.subject_state import SubjectState

_REASONS = {
    "recoded": "most members of a household whose case code is gone stand under this code",
    "split": "members left a household that is still listed",
    "merged": "a larger household moved into this case",
    "id_added": "the same name in the same household came with another id",
}


def store(connection: Connection, resolution: Resolution, state: SubjectState, delivery_id: str, source: str) -> None:
    """Append keys, ids, names, cases, members and events of one delivery, in the caller's write transaction."""
    at = now()
    stamp = (pl.lit(delivery_id).alias("delivery_id"), pl.lit(at).alias("at"))
    new_households = resolution.households.filter(pl.col("how").is_in(["new", "split"])).select("household_key")
    bulk.append(connection, household, new_households.sort("household_key").with_columns(stamp))
    bulk.append(connection, person, resolution.new_persons.with_columns(stamp))
    bulk.append(connection, person_id, _new_ids(resolution, state).with_columns(stamp))
    bulk.append(connection, person_name, _new_names(resolution, state))
    cases = _new_cases(resolution).with_columns(pl.lit(source).alias("source"), *stamp)
    bulk.append(connection, household_case, cases)
    bulk.append(connection, membership, _came_and_left(resolution, state).with_columns(stamp))
    told = _events(resolution, delivery_id, at)
    if told:
        connection.execute(subject_event.insert(), told)
    if not state.resolved_before:
        last_case, last_name = subject_state.marks(connection)
        row = {"delivery_id": delivery_id, "source": source, "last_case": last_case, "last_name": last_name, "at": at}
        connection.execute(subject_resolution.insert().values(row))


def _new_ids(resolution: Resolution, state: SubjectState) -> pl.DataFrame:
    pairs = resolution.rows.drop_nulls("id_token").select("id_token", "person_key").unique()
    return pairs.join(state.ids, on="id_token", how="anti").sort("person_key", "id_token")


def _new_names(resolution: Resolution, state: SubjectState) -> pl.DataFrame:
    columns = ["household_key", "person_key", "name_token", "birth_date", "without_id"]
    seen = resolution.rows.with_columns(without_id=pl.col("id_token").is_null()).select(columns).unique()
    return seen.join(state.names, on=columns, how="anti", nulls_equal=True).sort(columns)


def _new_cases(resolution: Resolution) -> pl.DataFrame:
    regions = resolution.rows.group_by("case_token").agg(pl.col("region_code").drop_nulls().min())
    new = resolution.households.filter(pl.col("how") != "known").join(regions, on="case_token").sort("case_token")
    return new.select("case_token", "household_key", "region_code")


def _came_and_left(resolution: Resolution, state: SubjectState) -> pl.DataFrame:
    pair = ["household_key", "person_key"]
    here = resolution.rows.select(pair).unique()
    touched = pl.concat([resolution.households.select("household_key"), resolution.merged.select("household_key")])
    came = here.join(state.members, on=pair, how="anti").with_columns(present=pl.lit(True))
    were = state.members.join(touched.unique(), on="household_key", how="semi")
    left = were.join(here, on=pair, how="anti").with_columns(present=pl.lit(False))
    return pl.concat([came, left]).sort(pair)


def _events(resolution: Resolution, delivery_id: str, at: datetime) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []

    def tell(kind: str, household_key: str | None, person_key: str | None, reason: str, detail: dict[str, Any]) -> None:
        told.append(
            {
                "kind": kind,
                "household_key": household_key,
                "person_key": person_key,
                "reason": reason,
                "detail": detail,
                "delivery_id": delivery_id,
                "at": at,
            }
        )

    for case, key, how, origin in resolution.households.iter_rows():
        if how in _REASONS:
            tell(how, key, None, _REASONS[how], {"case_token": case, "origin": origin})
    into = dict(resolution.households.select("case_token", "household_key").iter_rows())
    for key, case in resolution.merged.iter_rows():
        tell("merged", key, None, "its members moved into another household's case", {"into": into[case]})
    for id_token, key in resolution.added_ids.iter_rows():
        tell("id_added", None, key, _REASONS["id_added"], {"id_token": id_token})
    return told
