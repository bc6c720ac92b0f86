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
    new_households = resolution.households.filter(pl.col("how").is_in(["new", "split"])).select("household_key")
    bulk.insert(
        connection,
        household,
        ("household_key", "delivery_id", "at"),
        _stamped(new_households.sort("household_key"), delivery_id, at),
    )
    bulk.insert(
        connection, person, ("person_key", "delivery_id", "at"), _stamped(resolution.new_persons, delivery_id, at)
    )
    _store_ids(connection, resolution, state, delivery_id, at)
    _store_names(connection, resolution, state)
    _store_cases(connection, resolution, delivery_id, source, at)
    _store_members(connection, resolution, state, delivery_id, at)
    told = _events(resolution, delivery_id, at)
    if told:
        connection.execute(subject_event.insert(), told)
    if not state.resolved_before:
        last_case, last_name = subject_state.marks(connection)
        row = {"delivery_id": delivery_id, "source": source, "last_case": last_case, "last_name": last_name, "at": at}
        connection.execute(subject_resolution.insert().values(row))


def _stamped(frame: pl.DataFrame, delivery_id: str, at: datetime) -> list[tuple[Any, ...]]:
    return [(*row, delivery_id, at) for row in frame.iter_rows()]


def _store_ids(
    connection: Connection, resolution: Resolution, state: SubjectState, delivery_id: str, at: datetime
) -> None:
    pairs = resolution.rows.drop_nulls("id_token").select("id_token", "person_key").unique()
    new = pairs.join(state.ids, on="id_token", how="anti").sort("person_key", "id_token")
    columns = ("id_token", "person_key", "delivery_id", "at")
    bulk.insert(connection, person_id, columns, _stamped(new, delivery_id, at))


def _store_names(connection: Connection, resolution: Resolution, state: SubjectState) -> None:
    columns = ["household_key", "person_key", "name_token", "birth_date", "without_id"]
    seen = resolution.rows.with_columns(without_id=pl.col("id_token").is_null()).select(columns).unique()
    new = seen.join(state.names, on=columns, how="anti", nulls_equal=True).sort(columns)
    bulk.insert(connection, person_name, columns, new.iter_rows())


def _store_cases(connection: Connection, resolution: Resolution, delivery_id: str, source: str, at: datetime) -> None:
    regions = resolution.rows.group_by("case_token").agg(pl.col("region_code").drop_nulls().min())
    new = resolution.households.filter(pl.col("how") != "known").join(regions, on="case_token").sort("case_token")
    rows = [
        (source, case, key, region, delivery_id, at)
        for case, key, region in new.select("case_token", "household_key", "region_code").iter_rows()
    ]
    columns = ("source", "case_token", "household_key", "region_code", "delivery_id", "at")
    bulk.insert(connection, household_case, columns, rows)


def _store_members(
    connection: Connection, resolution: Resolution, state: SubjectState, delivery_id: str, at: datetime
) -> None:
    pair = ["household_key", "person_key"]
    here = resolution.rows.select(pair).unique()
    touched = pl.concat([resolution.households.select("household_key"), resolution.merged.select("household_key")])
    came = here.join(state.members, on=pair, how="anti").with_columns(present=pl.lit(True))
    were = state.members.join(touched.unique(), on="household_key", how="semi")
    left = were.join(here, on=pair, how="anti").with_columns(present=pl.lit(False))
    columns = (*pair, "present", "delivery_id", "at")
    bulk.insert(connection, membership, columns, _stamped(pl.concat([came, left]).sort(pair), delivery_id, at))


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
